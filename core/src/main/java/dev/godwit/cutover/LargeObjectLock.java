package dev.godwit.cutover;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/**
 * The locks that hold back who writes large objects, for roles that may have them. Before version 16 large objects are written in
 * read-only transactions, too, so that closing the source does not hold such writers back. Who only reads takes the same lock.
 */
final class LargeObjectLock {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final List<TableName> TABLES = List.of(
            new TableName("pg_catalog", "pg_largeobject"), new TableName("pg_catalog", "pg_largeobject_metadata"));

    /** Nobody but a superuser has the right to write to a catalog, whatever was granted. */
    private static final String RIGHTS = """
            SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_largeobject_metadata),
                   has_table_privilege('pg_catalog.pg_largeobject', 'SELECT')
                       AND has_table_privilege('pg_catalog.pg_largeobject', v.lock)
                       AND has_table_privilege('pg_catalog.pg_largeobject_metadata', v.lock),
                   quote_ident(current_user), v.number >= 170000
              FROM (SELECT n AS number, CASE WHEN n >= 170000 THEN 'UPDATE, MAINTAIN' ELSE 'UPDATE' END AS lock
                      FROM (SELECT current_setting('server_version_num')::int AS n) s) v
            """;

    private static final String END_WAITING = """
            SELECT pg_terminate_backend(a.pid)
              FROM pg_catalog.pg_stat_activity a
             WHERE a.datname = current_database() AND ? = ANY (pg_blocking_pids(a.pid))
            """;

    private LargeObjectLock() {}

    /** Gives what is to be locked: nothing where there are no large objects, or the role may not. */
    static List<TableName> tables(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(RIGHTS)) {
            row.next();
            return row.getBoolean(1) && row.getBoolean(2) ? TABLES : List.of();
        }
    }

    static List<Finding> check(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(RIGHTS)) {
            row.next();
            if (!row.getBoolean(1) || row.getBoolean(2)) {
                return List.of();
            }
            String role = row.getString(3);
            return List.of(Finding.of(
                    FindingCode.FENCE_LARGE_OBJECTS,
                    "pg_largeobject",
                    "role " + role
                            + " may not lock the source's large objects, so the cutover does not hold back transactions"
                            + " that write nothing but them; what they write up to the decision is carried, or undoes the cutover",
                    "the right to lock them",
                    row.getBoolean(4)
                            ? "GRANT SELECT, MAINTAIN ON pg_catalog.pg_largeobject, pg_catalog.pg_largeobject_metadata TO "
                                    + role
                            : "GRANT SELECT ON pg_catalog.pg_largeobject TO " + role
                                    + "; -- makes comparing quicker; for the lock use a superuser, or stop such writers"
                                    + " before the cutover"));
        }
    }

    /** Ends who waits for the holder's locks: what was written there after the switch would be on the source alone. */
    static void endWaiting(Connection control, Connection holder) throws SQLException {
        int pid = holder.unwrap(PGConnection.class).getBackendPID();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (endOnce(control, pid)) {
            if (System.nanoTime() - deadline > 0) {
                throw new SQLException("sessions that wait to write large objects did not end within "
                        + PATIENCE.toSeconds() + " s of pg_terminate_backend");
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    private static boolean endOnce(Connection control, int pid) throws SQLException {
        try (PreparedStatement statement = control.prepareStatement(END_WAITING)) {
            statement.setInt(1, pid);
            try (ResultSet row = statement.executeQuery()) {
                return row.next();
            }
        }
    }
}
