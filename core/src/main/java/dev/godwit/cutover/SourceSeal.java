package dev.godwit.cutover;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/**
 * Closes a database for writes in a way that outlasts this process: new sessions are read-only by default, sessions from
 * before are ended. Godwit's own sessions, which pin the setting to off and write nothing but slot and publication, stay.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-client.html">default_transaction_read_only</a>
 */
final class SourceSeal {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String END_OTHERS = """
            SELECT pid, pg_terminate_backend(pid)
              FROM pg_catalog.pg_stat_activity
             WHERE datname = current_database()
               AND backend_type = 'client backend'
               AND backend_start <= ?::timestamptz
               AND pid <> ALL (?)
               AND application_name NOT LIKE 'godwit-%'
            """;

    /**
     * A session that is starting has read its settings before pg_stat_activity shows it; until then it holds this lock on
     * its database.
     */
    private static final String STARTING = """
            SELECT l.pid
              FROM pg_catalog.pg_locks l
              JOIN pg_catalog.pg_database d ON d.oid = l.objid AND d.datname = current_database()
             WHERE l.locktype = 'object' AND l.classid = 'pg_catalog.pg_database'::regclass
               AND l.mode = 'RowExclusiveLock'
            """;

    private static final String SUPERUSERS_SESSIONS = """
            SELECT string_agg(a.pid || ' of role ' || a.usename, ', ' ORDER BY a.pid)
              FROM pg_catalog.pg_stat_activity a
              JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid AND r.rolsuper
             WHERE a.datname = current_database() AND a.backend_type = 'client backend'
            """;

    /** A role's own setting goes before its database's. */
    private static final String ROLES_THAT_MAY_WRITE = """
            SELECT quote_ident(r.rolname), CASE WHEN s.setdatabase = 0 THEN '' ELSE ' IN DATABASE ' || quote_ident(d.datname) END
              FROM pg_catalog.pg_db_role_setting s
              JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
              JOIN pg_catalog.pg_database d ON d.datname = current_database() AND s.setdatabase IN (0, d.oid)
             WHERE EXISTS (SELECT 1 FROM unnest(s.setconfig) AS c (setting)
                            WHERE c.setting ILIKE 'default_transaction_read_only=%'
                              AND NOT split_part(c.setting, '=', 2)::boolean)
             ORDER BY 1, 2
            """;

    private SourceSeal() {}

    static List<Finding> check(Connection connection) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT pg_has_role(d.datdba, 'USAGE') OR r.rolsuper,
                               pg_has_role('pg_signal_backend', 'USAGE') OR r.rolsuper,
                               pg_has_role('pg_read_all_stats', 'USAGE') OR r.rolsuper,
                               quote_ident(d.datname), quote_ident(current_user), quote_ident(o.rolname)
                          FROM pg_catalog.pg_database d
                          JOIN pg_catalog.pg_roles o ON o.oid = d.datdba, pg_catalog.pg_roles r
                         WHERE d.datname = current_database() AND r.rolname = current_user
                        """)) {
            row.next();
            if (!row.getBoolean(1)) {
                findings.add(Finding.of(
                        FindingCode.FENCE_DATABASE_OWNER,
                        row.getString(4),
                        "role " + row.getString(5) + " does not own the source database " + row.getString(4)
                                + " and so cannot close it for writes after the cutover",
                        "its owner, or a member of it",
                        "GRANT " + row.getString(6) + " TO " + row.getString(5) + "; -- or use another WriteFence"));
            }
            if (!row.getBoolean(2)) {
                findings.add(Finding.of(
                        FindingCode.FENCE_SIGNAL,
                        row.getString(5),
                        "role " + row.getString(5) + " may not end other sessions, as the cutover's fence does",
                        "pg_signal_backend",
                        "GRANT pg_signal_backend TO " + row.getString(5)));
            }
            if (!row.getBoolean(3)) {
                findings.add(Finding.of(
                        FindingCode.FENCE_STATS,
                        row.getString(5),
                        "role " + row.getString(5) + " may not see other roles' sessions, and so would leave them open"
                                + " when it closes the source",
                        "pg_read_all_stats",
                        "GRANT pg_read_all_stats TO " + row.getString(5)));
            }
        }
        findings.addAll(rolesThatMayWrite(connection));
        return findings;
    }

    private static List<Finding> rolesThatMayWrite(Connection connection) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(ROLES_THAT_MAY_WRITE)) {
            while (rows.next()) {
                findings.add(Finding.of(
                        FindingCode.FENCE_ROLE_SETTING,
                        rows.getString(1),
                        "role " + rows.getString(1)
                                + " has default_transaction_read_only = off as a setting of its own on the"
                                + " source, and so could write there after the cutover",
                        "no such setting",
                        "ALTER ROLE " + rows.getString(1) + rows.getString(2)
                                + " RESET default_transaction_read_only"));
            }
        }
        return findings;
    }

    /** Closes the database; returns when no session from before is left but this one and the holder's. */
    static void close(Connection connection, Optional<Connection> holder) throws SQLException {
        requireRights(connection);
        execute(connection, "SET default_transaction_read_only = on");
        String closedAt;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT clock_timestamp()::text")) {
            row.next();
            closedAt = row.getString(1);
        }
        List<Integer> own = new ArrayList<>();
        own.add(connection.unwrap(PGConnection.class).getBackendPID());
        if (holder.isPresent()) {
            own.add(holder.get().unwrap(PGConnection.class).getBackendPID());
        }
        Set<Integer> starting = starting(connection);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int left = endOthers(connection, closedAt, own);
        while (left > 0 || !starting.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new SQLException(
                        (left + starting.size()) + " session(s) of the source database did not end within "
                                + PATIENCE.toSeconds() + " s of pg_terminate_backend");
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
            if (!starting.isEmpty()) {
                starting.retainAll(starting(connection));
            }
            left = endOthers(connection, closedAt, own);
        }
    }

    private static Set<Integer> starting(Connection connection) throws SQLException {
        Set<Integer> pids = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(STARTING)) {
            while (rows.next()) {
                pids.add(rows.getInt(1));
            }
        }
        return pids;
    }

    /** A right lost since the preflight: what is not seen is not ended, and would go on writing after the switch. */
    private static void requireRights(Connection connection) throws SQLException {
        List<Finding> missing = check(connection);
        if (!missing.isEmpty()) {
            throw new SQLException(
                    missing.get(0).observed() + "; " + missing.get(0).remedy());
        }
    }

    static void open(Connection connection) throws SQLException {
        execute(connection, "RESET default_transaction_read_only");
    }

    private static void execute(Connection connection, String action) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            String database;
            try (ResultSet row = statement.executeQuery("SELECT quote_ident(current_database())")) {
                row.next();
                database = row.getString(1);
            }
            statement.execute("ALTER DATABASE " + database + " " + action);
        }
    }

    private static int endOthers(Connection connection, String closedAt, List<Integer> own) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(END_OTHERS)) {
            statement.setString(1, closedAt);
            statement.setArray(2, connection.createArrayOf("int4", own.toArray()));
            int seen = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    seen++;
                }
            }
            return seen;
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw new SQLException(
                        "sessions of superusers on the source database cannot be ended by this role: "
                                + superusersSessions(connection) + "; end them first (" + e.getMessage() + ")",
                        e.getSQLState(),
                        e);
            }
            throw e;
        }
    }

    private static String superusersSessions(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SUPERUSERS_SESSIONS)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }
}
