package dev.godwit.internal.cutover;

import dev.godwit.internal.cutover.WritePause.Share;
import dev.godwit.internal.plan.ReplicationEvents;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.WalPosition;
import dev.godwit.replication.apply.Subscriber;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Where the source's log ends behind the fence. Everything before it is applied; what is written behind it is a leak, which is searched
 * for up to the last moment. Used by one thread.
 */
final class EndOfLog {
    private final CutoverContext context;
    private final Subscriber subscriber;
    private Lsn end = Lsn.ZERO;

    EndOfLog(CutoverContext context, Subscriber subscriber) {
        this.context = context;
        this.subscriber = subscriber;
    }

    /** Gives the end; zero before it was drained. */
    Lsn position() {
        return end;
    }

    /** Reads the end, and applies everything before it. */
    void drain(Connection source, WritePause pause) throws SQLException, InterruptedException {
        Lsn applied = subscriber.status().applied();
        Lsn flushed = WalPosition.flushedEnd(source);
        ReplicationSlots.requireLog(flushed, applied);
        subscriber.armLeakCheck(flushed);
        if (!subscriber.awaitApplied(flushed, pause.remaining(Share.DRAIN))) {
            throw new IllegalStateException("the changes up to " + flushed
                    + " were not applied within the drain's share of maxWritePause; the target has applied up to "
                    + subscriber.status().applied());
        }
        // The last word on what was applied.
        context.events()
                .accept(ReplicationEvents.progress(context.plan().name(), flushed, Duration.ZERO, subscriber.status()));
        end = flushed;
    }

    /** Gives how far there is to search for what was written until now; nobody waits for it yet. */
    Lsn toSearch(Connection source) throws SQLException {
        return WalPosition.flushedEnd(source);
    }

    /** Searches the log for writes behind the fence; one of them is the subscriber's failure, which this throws. */
    void search(Lsn until, WritePause pause, Share share) throws InterruptedException {
        if (!subscriber.awaitApplied(until, pause.remaining(share))) {
            throw new IllegalStateException("the log up to " + until
                    + " could not be searched for writes behind the fence within maxWritePause");
        }
    }

    /** Writes are allowed again. */
    void permit() {
        subscriber.disarmLeakCheck();
    }
}
