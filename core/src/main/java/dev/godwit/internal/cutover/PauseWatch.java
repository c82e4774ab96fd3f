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
 * not hold back the source's writers. It costs no round trip. A server that does not answer does not cancel either; so what is not over
 * shortly after that loses its sessions, and the step fails by it. Closed by the thread that made it, which also sets the deadlines.
 */
final class PauseWatch implements AutoCloseable {
    /** How long after it was cancelled a step may go on before its sessions are ended. */
    static final Duration GRACE = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(PauseWatch.class);
    private static final Duration AGAIN = Duration.ofMillis(50);

    private final String migration;
    private final List<Watched> sessions;
    private final Runnable endOthers;
    private final Thread thread;
    private volatile long deadline;
    private volatile boolean closed;
    private volatile boolean aborted;

    /**
     * Begins to watch.
     *
     * @param sessions of the cutover
     * @param endOthers ends further ones, which cannot be cancelled
     * @param deadline of what is under way, {@link System#nanoTime()}
     */
    PauseWatch(String migration, List<Connection> sessions, Runnable endOthers, long deadline) {
        this.migration = migration;
        this.sessions = sessions.stream().map(Watched::new).toList();
        this.endOthers = endOthers;
        this.deadline = deadline;
        this.thread = start("pause", this::watch);
    }

    /** A session, and whether somebody is just asking its server to cancel. */
    private static final class Watched {
        private final Connection session;
        private boolean cancelling;

        Watched(Connection session) {
            this.session = session;
        }
    }

    private Thread start(String name, Runnable action) {
        Thread started = new Thread(action, "godwit-" + migration + "-" + name);
        started.setDaemon(true);
        started.start();
        return started;
    }

    /** Sets when what is under way must be over, {@link System#nanoTime()}. */
    void until(long nanos) {
        deadline = nanos;
        // It may be sooner than what is slept for.
        LockSupport.unpark(thread);
    }

    /** Tells whether the sessions were ended, since a server did not answer in time. */
    boolean hasAborted() {
        return aborted;
    }

    private void watch() {
        while (!closed) {
            long left = deadline - System.nanoTime();
            if (left <= -GRACE.toNanos()) {
                abortAll();
                return;
            }
            if (left <= 0) {
                cancelAll();
            }
            LockSupport.parkNanos(Math.max(left, AGAIN.toNanos()));
        }
    }

    private synchronized void abortAll() {
        if (closed) {
            return;
        }
        aborted = true;
        LOG.info("{}: a server does not answer in time; ending the sessions of the cutover", migration);
        // Each by a thread of its own: to end one may take its time, too.
        sessions.forEach(watched -> start("abort", () -> abort(watched)));
        start("abort", endOthers);
    }

    private void abort(Watched watched) {
        try {
            watched.session.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("{}: ending a session of the cutover: {}", migration, WithoutValues.message(e));
        }
    }

    /** One server that does not answer does not keep another one from being asked. */
    private synchronized void cancelAll() {
        for (Watched watched : sessions) {
            if (!closed && !watched.cancelling) {
                watched.cancelling = true;
                start("cancel", () -> cancel(watched));
            }
        }
    }

    private void cancel(Watched watched) {
        try {
            if (!watched.session.isClosed()) {
                watched.session.unwrap(PGConnection.class).cancelQuery();
            }
        } catch (SQLException e) {
            LOG.debug("{}: cancelling a statement of the cutover: {}", migration, WithoutValues.message(e));
        } finally {
            synchronized (this) {
                watched.cancelling = false;
                notifyAll();
            }
        }
    }

    /** Returns when nothing is cancelled any more; who is still asked to is not of use to anybody. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        synchronized (this) {
            long until = System.nanoTime() + GRACE.toNanos();
            long left = GRACE.toNanos();
            while (!aborted && left > 0 && isCancelling()) {
                try {
                    wait(Math.max(1, Duration.ofNanos(left).toMillis()));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                left = until - System.nanoTime();
            }
            sessions.stream()
                    .filter(watched -> watched.cancelling)
                    .forEach(watched -> start("abort", () -> abort(watched)));
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isCancelling() {
        return sessions.stream().anyMatch(watched -> watched.cancelling);
    }
}
