package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.stream.ChangeStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Commits on the target, and tells the source and those who wait what of it is durable.
 *
 * <p>With {@code synchronous_commit = on} that is all that is committed. With {@code off} a commit is durable when a later one
 * has been flushed, since the log is flushed in its order: every fifth of a second, or at once while somebody waits, a commit
 * is made a synchronous one. Nothing else is ever confirmed: what a crash of the target takes back is sent again.
 *
 * <p>Used by whichever thread has the target to itself.
 */
final class CommitDurability {

    private static final long FLUSH_NANOS = Duration.ofMillis(200).toNanos();

    private final boolean always;
    private final Connection target;
    private final ApplyControl control;
    private final ChangeStream stream;

    private boolean flushed;
    private @Nullable Lsn unflushed;
    private Lsn settleLater = Lsn.ZERO;
    private long flushedNanos = System.nanoTime();

    CommitDurability(boolean always, Connection target, ApplyControl control, ChangeStream stream) {
        this.always = always;
        this.target = target;
        this.control = control;
        this.stream = stream;
    }

    /** Commits the transaction at hand. */
    void commit() throws SQLException {
        flushed = always || isDue();
        if (flushed && !always) {
            try (Statement statement = target.createStatement()) {
                statement.execute("SET LOCAL synchronous_commit = on");
            }
        }
        target.commit();
    }

    /** Tells of the position that the transaction just committed has stored. */
    void committed(Lsn position) {
        if (flushed) {
            unflushed = null;
            flushedNanos = System.nanoTime();
            stream.confirm(position);
            control.settled(Lsn.max(position, settleLater));
        } else {
            unflushed = position;
        }
    }

    /** Tells that nothing is missing before a position, as soon as what is committed before it is durable. */
    void settle(Lsn position) {
        if (unflushed == null) {
            control.settled(position);
        } else {
            settleLater = Lsn.max(settleLater, position);
        }
    }

    /** Tells whether a commit should no longer wait for another one to flush it. */
    boolean needsFlush() {
        return unflushed != null && isDue();
    }

    private boolean isDue() {
        return System.nanoTime() - flushedNanos >= FLUSH_NANOS || control.isAwaited();
    }

    /** Makes everything committed so far durable, by a commit that changes nothing. */
    void flush(ApplyProgress progress) throws SQLException {
        Lsn position = unflushed;
        if (position != null) {
            flushedNanos = System.nanoTime() - FLUSH_NANOS;
            progress.advance(target, position, null);
            commit();
            committed(position);
        }
    }
}
