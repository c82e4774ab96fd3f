package dev.godwit.cutover;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that close a database hold a lock there for as long as they live. Where the answer to what closes it was lost, that may
 * still be under way, or on the way to the server, and would close the database behind whoever has opened it: so these sessions are ended
 * first, and the lock tells which they are, and when they are gone. Used by one thread.
 */
final class ClosingSession {
    /** First key of the advisory locks, so that they meet no application's; the second one is the migration's. */
    private static final int LOCK_SPACE = 7_166_215;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(10);

    private static final String BEGIN = "SELECT pg_catalog.pg_advisory_lock_shared(?, hashtext(?))";

    private static final String END = """
            SELECT pg_catalog.pg_terminate_backend(l.pid)
              FROM pg_catalog.pg_locks l
              JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = current_database()
             WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.classid = ?
               AND l.objid = (hashtext(?)::bigint & 4294967295)::oid
               AND l.pid <> pg_backend_pid() AND l.pid = COALESCE(?, l.pid)
            """;

    private ClosingSession() {}

    /** Makes a session one that may close its database. */
    static void begin(Connection connection, String migration) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BEGIN)) {
            statement.setInt(1, LOCK_SPACE);
            statement.setString(2, migration);
            statement.execute();
        }
    }

    /** Ends those of a migration, whichever process they are of, or one of them; returns when they are gone. */
    static void end(Connection connection, String migration, @Nullable Integer pid) throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (PreparedStatement statement = connection.prepareStatement(END)) {
            statement.setInt(1, LOCK_SPACE);
            statement.setString(2, migration);
            statement.setObject(3, pid, Types.INTEGER);
            while (found(statement)) {
                if (System.nanoTime() - deadline > 0) {
                    throw new SQLException(
                            "the session of migration '" + migration
                                    + "' that may be about to close the source does not end within " + PATIENCE
                                    + " after pg_terminate_backend; so the source is not opened yet",
                            "55P03");
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }

    private static boolean found(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            return rows.next();
        }
    }
}
