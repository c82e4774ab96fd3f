package dev.godwit.internal.copy;

import dev.godwit.internal.state.TableRecord;
import dev.godwit.schema.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes items from the queue until there are none. Owns a session on either server; both are replaced after a failure,
 * the source's only while the snapshot can still be joined.
 */
final class CopyWorker implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CopyWorker.class);
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final SnapshotCopy.Context context;
    private final WorkQueue queue;

    @Nullable
    private final SnapshotSession snapshot;

    @Nullable
    private Connection source;

    @Nullable
    private Connection target;

    CopyWorker(SnapshotCopy.Context context, WorkQueue queue, @Nullable SnapshotSession snapshot) {
        this.context = context;
        this.queue = queue;
        this.snapshot = snapshot;
    }

    @Override
    public void run() {
        try {
            WorkItem item = queue.take();
            while (item != null) {
                process(item);
                item = queue.take();
            }
        } catch (InterruptedException e) {
            // The run is being closed and interrupts its workers: there is nobody left to tell.
            Thread.currentThread().interrupt();
        } finally {
            closeBoth();
        }
    }

    private void process(WorkItem item) {
        try {
            if (item.table() != null) {
                copy(item.table());
                queue.add(item.withoutCopy());
            } else {
                context.schema().execute(target(), item.steps());
            }
        } catch (SQLException | RuntimeException e) {
            queue.failed(item.name(), e);
            if (isConnectionLoss(e)) {
                queue.abort();
            }
            abandonBoth();
        } finally {
            queue.finished();
        }
    }

    /** Rows and mark in one transaction; it need not be flushed, since a commit that will be flushes it too. */
    private void copy(Table table) throws SQLException {
        if (snapshot == null) {
            throw new IllegalStateException("no snapshot to copy " + table.name() + " under");
        }
        Connection from = source(snapshot);
        Connection to = target();
        long started = System.nanoTime();
        to.setAutoCommit(false);
        try (Statement statement = to.createStatement()) {
            statement.execute("SET LOCAL session_replication_role = replica");
            statement.execute("SET LOCAL synchronous_commit = off");
        }
        SnapshotSession.Copying<TableCopier.Copied> copying = connection -> new TableCopier(connection, to)
                .copy(table, (rows, bytes) -> context.observer().onProgress(table, rows, bytes));
        TableCopier.Copied copied = locked(from, table) ? copying.copy(from) : snapshot.copyBy(copying);
        context.state()
                .recordCopied(
                        to, table.name(), new TableRecord(snapshot.consistentPoint(), copied.rows(), copied.bytes()));
        to.commit();
        to.setAutoCommit(true);
        context.observer().onCopied(table, copied, Duration.ofNanos(System.nanoTime() - started));
    }

    /**
     * Locks a table without standing in a queue for long: who waits there for the snapshot's own lock (TRUNCATE, DDL) would
     * let nobody pass until the copy is over.
     */
    private static boolean locked(Connection source, Table table) throws SQLException {
        Savepoint before = source.setSavepoint();
        try (Statement statement = source.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = " + LOCK_TIMEOUT.toMillis());
            statement.execute("LOCK TABLE ONLY " + table.name().quoted() + " IN ACCESS SHARE MODE");
            source.releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            source.rollback(before);
            source.releaseSavepoint(before);
            LOG.warn(
                    "table {}: a TRUNCATE or DDL waits for its copy, and will hold up readers and writers until it is done",
                    table.name());
            return false;
        }
    }

    private Connection source(SnapshotSession joined) throws SQLException {
        Connection open = source;
        if (open == null) {
            open = context.source().open();
            source = open;
            joined.join(open);
        }
        return open;
    }

    private Connection target() throws SQLException {
        Connection open = target;
        if (open == null) {
            open = context.target().open();
            target = open;
        }
        return open;
    }

    /** A server that is gone is gone for the other tables, too. */
    private static boolean isConnectionLoss(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState().startsWith("08") || sql.getSQLState().startsWith("57P");
            }
        }
        return false;
    }

    /** In the middle of a COPY a session can only be cut off. */
    private void abandonBoth() {
        end(source, connection -> connection.abort(Runnable::run));
        end(target, connection -> connection.abort(Runnable::run));
        source = null;
        target = null;
    }

    private void closeBoth() {
        end(source, Connection::close);
        end(target, Connection::close);
        source = null;
        target = null;
    }

    private interface Ending {
        void end(Connection connection) throws SQLException;
    }

    private static void end(@Nullable Connection connection, Ending ending) {
        if (connection == null) {
            return;
        }
        try {
            ending.end(connection);
        } catch (SQLException e) {
            LOG.debug("ending a worker's session: {}", e.getMessage());
        }
    }
}
