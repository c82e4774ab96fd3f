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
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a database for writes in a way that outlasts this process: new sessions are read-only by default, sessions from
 * before are ended. Godwit's own sessions, which pin the setting to off and write nothing but slot and publication, stay. Used by one
 * thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-client.html">default_transaction_read_only</a>
 */
final class SourceSeal {
    private static final Logger LOG = LoggerFactory.getLogger(SourceSeal.class);
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

    private static final String END_OTHERS = """
            SELECT pid, pg_terminate_backend(pid)
              FROM pg_catalog.pg_stat_activity
             WHERE datname = current_database()
               AND backend_type = 'client backend'
               AND backend_start <= ?::timestamptz
               AND pid <> ALL (?)
               AND application_name NOT LIKE 'godwit-%'
            """;

    /** They have read the setting while it was on, and would stay read-only for as long as they live. */
    private static final String END_READ_ONLY = """
            SELECT a.pid, r.rolname,
                   CASE WHEN r.rolsuper AND NOT (SELECT m.rolsuper FROM pg_catalog.pg_roles m WHERE m.rolname = current_user)
                        THEN false ELSE pg_terminate_backend(a.pid) END
              FROM pg_catalog.pg_stat_activity a
              JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
             WHERE a.datname = current_database()
               AND a.backend_type = 'client backend'
               AND a.backend_start BETWEEN ?::timestamptz AND ?::timestamptz
               AND a.pid <> pg_backend_pid()
               AND a.application_name NOT LIKE 'godwit-%'
            """;

    private static final String IS_CLOSED = """
            SELECT EXISTS (SELECT 1
                             FROM pg_catalog.pg_db_role_setting s
                             JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = current_database()
                            WHERE s.setrole = 0 AND 'default_transaction_read_only=on' = ANY (s.setconfig))
            """;

    private static final String PREPARED =
            "SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE database = current_database() ORDER BY prepared LIMIT 1";

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

    /** When sessions began to be read-only, by the source's clock; null while it is open. */
    @Nullable
    private String closedAt;

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

    /**
     * Closes the database; returns when no session from before is left but this one and those given.
     *
     * @param patience how long the sessions may take to end
     */
    void close(Connection connection, List<Connection> holders, Duration patience) throws SQLException {
        execute(connection, "SET default_transaction_read_only = on");
        String closed = now(connection);
        closedAt = closed;
        List<Integer> own = new ArrayList<>();
        own.add(connection.unwrap(PGConnection.class).getBackendPID());
        for (Connection holder : holders) {
            own.add(holder.unwrap(PGConnection.class).getBackendPID());
        }
        Set<Integer> starting = starting(connection);
        long deadline = System.nanoTime() + patience.toNanos();
        int left = endOthers(connection, closed, own);
        while (left > 0 || !starting.isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new SQLException(
                        (left + starting.size()) + " session(s) of the source database did not end within " + patience
                                + " of pg_terminate_backend");
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            if (!starting.isEmpty()) {
                starting.retainAll(starting(connection));
            }
            left = endOthers(connection, closed, own);
        }
    }

    private static String now(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT clock_timestamp()::text")) {
            row.next();
            return row.getString(1);
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
    static void requireRights(Connection connection) throws SQLException {
        List<Finding> missing = check(connection);
        if (!missing.isEmpty()) {
            throw new SQLException(
                    missing.get(0).observed() + "; " + missing.get(0).remedy());
        }
    }

    /** A prepared transaction can be committed in a database that is closed. */
    static void refusePrepared(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(PREPARED)) {
            if (row.next()) {
                throw new IllegalStateException("prepared transaction '" + row.getString(1)
                        + "' is pending on the source; COMMIT PREPARED or ROLLBACK PREPARED it, then cut over again");
            }
        }
    }

    /** Finds out whether the database can be closed, and leaves it as it is. */
    static void tryOut(Connection connection) throws SQLException {
        String database = database(connection);
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("ALTER DATABASE " + database + " SET default_transaction_read_only = on");
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Opens the source after the process that may have closed it is gone. */
    static void reopen(FenceContext context) throws SQLException {
        try (Connection connection = context.source().open()) {
            new SourceSeal().open(connection);
        }
    }

    /** Closes the source after the process that was to do it is gone; returns when it is closed, whether it was or not. */
    static void reclose(FenceContext context) throws SQLException {
        try (Connection connection = context.source().open()) {
            requireRights(connection);
            new SourceSeal().close(connection, List.of(), PATIENCE);
        }
    }

    /** Opens the database that this object closed, if it did, and ends who began meanwhile and so may only read. */
    void open(Connection connection) throws SQLException {
        String since = closedAt;
        if (since != null || isClosed(connection)) {
            execute(connection, "RESET default_transaction_read_only");
            closedAt = null;
            endReadOnly(connection, since == null ? "-infinity" : since);
        }
    }

    private static boolean isClosed(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(IS_CLOSED)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** The database is open whether or not this succeeds; who stays read-only has to connect again by himself. */
    private static void endReadOnly(Connection connection, String since) {
        try {
            String opened = now(connection);
            Set<Integer> starting = starting(connection);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            Set<String> spared = endReadOnly(connection, since, opened);
            while (!starting.isEmpty() && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
                starting.retainAll(starting(connection));
                spared = endReadOnly(connection, since, opened);
            }
            if (!spared.isEmpty()) {
                LOG.warn(
                        "the source takes writes again, but sessions of roles {} began while it did not: they are"
                                + " read-only until they connect again",
                        spared);
            }
        } catch (SQLException e) {
            LOG.warn(
                    "the source takes writes again, but sessions that began while it did not could not be ended, and"
                            + " are read-only until they connect again: {}",
                    e.getMessage());
        }
    }

    private static Set<String> endReadOnly(Connection connection, String since, String until) throws SQLException {
        Set<String> spared = new TreeSet<>();
        try (PreparedStatement statement = connection.prepareStatement(END_READ_ONLY)) {
            statement.setString(1, since);
            statement.setString(2, until);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    if (!rows.getBoolean(3)) {
                        spared.add(rows.getString(2));
                    }
                }
            }
        }
        return spared;
    }

    private static void execute(Connection connection, String action) throws SQLException {
        String database = database(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("ALTER DATABASE " + database + " " + action);
        }
    }

    /** The session's own database, quoted; its name as a session knows it costs no round trip. */
    private static String database(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).escapeIdentifier(connection.getCatalog());
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
