package dev.godwit.internal.copy;

import dev.godwit.replication.ServerConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches over the creation of a slot for a circle that the server cannot see: the slot waits for the end of every
 * transaction that writes, and one of these may wait for the table locks that are held meanwhile. Then the creation is
 * cancelled, so that it can be tried again after the locks were given back.
 *
 * <p>A thread and a session of its own, from its start until it is closed.
 */
final class SlotWatch implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(50);

    /** Sessions that write and wait, however indirectly, for the session that holds the table locks. */
    private static final String IN_A_CIRCLE = """
            WITH RECURSIVE behind (pid) AS (
                SELECT a.pid FROM pg_catalog.pg_stat_activity a WHERE ? = ANY (pg_blocking_pids(a.pid))
                UNION
                SELECT a.pid FROM behind b, pg_catalog.pg_stat_activity a WHERE b.pid = ANY (pg_blocking_pids(a.pid)))
            SELECT a.pid FROM behind b JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
             WHERE a.backend_xid IS NOT NULL
             LIMIT 1
            """;

    private final Connection control;
    private final int lockHolder;
    private final int slotCreator;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;
    private boolean cancelled;

    @Nullable
    private SQLException failure;

    private SlotWatch(Connection control, int lockHolder, int slotCreator) {
        this.control = control;
        this.lockHolder = lockHolder;
        this.slotCreator = slotCreator;
        this.thread = new Thread(this::watch, "godwit-slot-watch");
        thread.setDaemon(true);
    }

    static SlotWatch start(ServerConnections source, int lockHolder, int slotCreator) throws SQLException {
        SlotWatch watch = new SlotWatch(source.open(), lockHolder, slotCreator);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        lock.lock();
        try {
            long nanos = EVERY.toNanos();
            while (!closed && !cancelled && failure == null) {
                nanos = changed.awaitNanos(nanos);
                if (nanos <= 0 && !closed) {
                    breakCircle();
                    nanos = EVERY.toNanos();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Runs under the lock, so that nothing is cancelled once the watch is closed. */
    private void breakCircle() {
        try (PreparedStatement query = control.prepareStatement(IN_A_CIRCLE)) {
            query.setInt(1, lockHolder);
            try (ResultSet rows = query.executeQuery()) {
                if (!rows.next()) {
                    return;
                }
            }
            try (PreparedStatement cancel = control.prepareStatement("SELECT pg_cancel_backend(?)")) {
                cancel.setInt(1, slotCreator);
                cancel.execute();
            }
            cancelled = true;
        } catch (SQLException e) {
            failure = e;
        }
    }

    /** Tells whether the creation was cancelled because of a circle. */
    boolean hasCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the watch; what it failed with is only of interest if the creation came to nothing, too. */
    @Override
    public void close() throws SQLException {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        control.close();
        if (failure != null) {
            throw failure;
        }
    }
}
