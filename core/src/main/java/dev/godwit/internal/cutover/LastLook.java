package dev.godwit.internal.cutover;

import dev.godwit.internal.cutover.WritePause.Share;
import dev.godwit.replication.Lsn;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at once nobody can write at the source any more. The clients whose sessions were ended connect again all at once, and
 * everything takes long then; so it is looked at before they are ended, and afterwards only whether a transaction has ended since, of
 * whatever kind. If one has, everything is looked at again. Used by one thread.
 */
final class LastLook {
    private final CutoverContext context;
    private final Refill refill;
    private final EndOfLog end;
    /** What had ended before everything was looked at; null if that is to be done yet. */
    @Nullable
    private TransactionsEnded seen;

    LastLook(CutoverContext context, Refill refill, EndOfLog end) {
        this.context = context;
        this.refill = refill;
        this.end = end;
    }

    /**
     * Looks at everything, unless other transactions end meanwhile and would make it in vain.
     *
     * @param fingerprint of the source's schema, as it has to be
     * @return whether everything was looked at
     */
    boolean ahead(Connection source, Connection target, String fingerprint, WritePause pause)
            throws SQLException, InterruptedException {
        Moment moment = Moment.at(source, end);
        if (moment.ended() == null) {
            return false;
        }
        all(source, target, fingerprint, pause, moment.log());
        seen = moment.ended();
        return true;
    }

    /** Looks at everything after nobody was left who could write. */
    void behind(Connection source, Connection target, String fingerprint, WritePause pause)
            throws SQLException, InterruptedException {
        Moment moment = Moment.at(source, end);
        all(source, target, fingerprint, pause, moment.log());
        seen = moment.ended();
    }

    /**
     * When everything is looked at.
     *
     * @param log how far there is to search the log
     * @param ended what had ended by then and lies before that; null if others end just then
     */
    private record Moment(Lsn log, @Nullable TransactionsEnded ended) {

        static Moment at(Connection source, EndOfLog end) throws SQLException {
            TransactionsEnded before = TransactionsEnded.at(source);
            Lsn log = end.toSearch(source);
            TransactionsEnded after = TransactionsEnded.at(source);
            return new Moment(log, !after.running() && after.onlyOneSince(before) ? after : null);
        }
    }

    /** Tells whether there is nothing to be seen that was not there when everything was looked at. */
    boolean isStill(Connection source) throws SQLException {
        TransactionsEnded before = seen;
        if (before == null) {
            return false;
        }
        TransactionsEnded now = TransactionsEnded.at(source);
        SourceWriters.refuse(now.prepared());
        return now.noneSince(before);
    }

    private void all(Connection source, Connection target, String fingerprint, WritePause pause, Lsn log)
            throws SQLException, InterruptedException {
        // What was prepared behind a fence that did not hold could still be committed, also in a database that is
        // closed.
        SourceWriters.refusePrepared(source);
        // What is changed in the schema from here on is changed against the source's being closed.
        context.watch().requireUnchanged(source, fingerprint);
        refill.closed(source, target, pause.remaining(Share.SEAL));
        // The source is closed by now: what was written behind the fence lies before the end of its log.
        end.search(log, pause, Share.SEAL);
    }
}
