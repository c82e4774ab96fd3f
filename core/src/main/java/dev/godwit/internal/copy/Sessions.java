package dev.godwit.internal.copy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A session on either server, opened when it is first needed. Used by one thread at a time. */
final class Sessions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    private final CopyJob job;

    @Nullable
    private volatile Connection source;

    @Nullable
    private volatile Connection target;

    Sessions(CopyJob job) {
        this.job = job;
    }

    /** Gives a session in a transaction that sees the snapshot. */
    Connection source() throws SQLException {
        Connection open = source;
        if (open == null) {
            KeptSnapshot snapshot = job.snapshot();
            if (snapshot == null) {
                throw new IllegalStateException("no snapshot to copy under");
            }
            open = job.source().open();
            source = open;
            SnapshotSession.join(open, snapshot.name());
        }
        return open;
    }

    /** Gives a session in auto-commit mode whose commits are not flushed. */
    Connection target() throws SQLException {
        Connection open = target;
        if (open == null) {
            open = job.target().open();
            target = open;
            try (Statement statement = open.createStatement()) {
                statement.execute("SET synchronous_commit = off");
                statement.execute("SELECT set_config('maintenance_work_mem', greatest(setting::bigint, "
                        + job.memoryBytes() / 1024
                        + ") || 'kB', false) FROM pg_catalog.pg_settings WHERE name = 'maintenance_work_mem'");
            }
        }
        return open;
    }

    /**
     * Limits the parallel workers of the server that an index is built with.
     *
     * @param most how many at most, if the session would use as many by itself
     * @see <a href="https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-MAX-PARALLEL-MAINTENANCE-WORKERS">PostgreSQL
     *     manual: max_parallel_maintenance_workers</a>
     */
    static void limitParallelWorkers(Connection target, int most) throws SQLException {
        try (Statement statement = target.createStatement()) {
            // Servers before 11 have no such setting, and no such workers.
            statement.execute("SELECT set_config(name, least(reset_val::int, " + most
                    + ")::text, false) FROM pg_catalog.pg_settings WHERE name = 'max_parallel_maintenance_workers'");
        }
    }

    /** In the middle of a COPY a session can only be cut off. May be called by another thread. */
    void abandon() {
        end(source, connection -> connection.abort(Runnable::run));
        end(target, connection -> connection.abort(Runnable::run));
    }

    @Override
    public void close() {
        end(source, Connection::close);
        end(target, Connection::close);
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
            LOG.debug("ending a session of the copy: {}", e.getMessage());
        }
    }
}
