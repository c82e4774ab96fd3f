package dev.godwit.internal.cutover;

import dev.godwit.replication.WithoutValues;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels what the sessions of a cutover wait for once a step has had its share of the write pause: somebody's lock on the target must
 * not hold back the source's writers. It costs no round trip. Closed by the thread that made it, which also sets the deadlines.
 */
final class PauseWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PauseWatch.class);
    private static final Duration AGAIN = Duration.ofMillis(50);

    private final String migration;
    private final List<Connection> sessions;
    private final Thread thread;
    private volatile long deadline;
    private volatile boolean closed;

    PauseWatch(String migration, List<Connection> sessions, long deadline) {
        this.migration = migration;
        this.sessions = List.copyOf(sessions);
        this.deadline = deadline;
        this.thread = new Thread(this::watch, "godwit-" + migration + "-pause");
        thread.setDaemon(true);
        thread.start();
    }

    /** Sets when what is under way must be over, {@link System#nanoTime()}. */
    void until(long nanos) {
        deadline = nanos;
        // It may be sooner than what is slept for.
        LockSupport.unpark(thread);
    }

    private void watch() {
        while (!closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                sessions.forEach(this::cancel);
            }
            LockSupport.parkNanos(Math.max(left, AGAIN.toNanos()));
        }
    }

    private synchronized void cancel(Connection session) {
        try {
            if (!closed && !session.isClosed()) {
                session.unwrap(PGConnection.class).cancelQuery();
            }
        } catch (SQLException e) {
            LOG.debug("{}: cancelling a statement of the cutover: {}", migration, WithoutValues.message(e));
        }
    }

    /** Returns when nothing is cancelled any more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        LockSupport.unpark(thread);
    }
}
