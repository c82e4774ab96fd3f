package dev.godwit.cutover;

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
    /** More sessions than a server can have. */
    private static final int EVERYBODY = 1 << 24;

    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

    /** All of them, of which some are ended: first those whose clients wait for an answer. */
    private static final String END_OTHERS = """
            SELECT pid, CASE WHEN row_number() OVER (ORDER BY state = 'active' DESC NULLS LAST, backend_start, pid) <= ?
                             THEN pg_terminate_backend(pid) END
              FROM pg_catalog.pg_stat_activity
             WHERE datname = current_database()
               AND backend_type = 'client backend'
               AND pid = ANY (COALESCE(?, ARRAY[pid]))
               AND pid <> ALL (?)
               AND application_name NOT LIKE 'godwit-%'
            """;

    private static final String OF_CLIENTS = " FROM pg_catalog.pg_stat_activity"
            + " WHERE datname = current_database() AND backend_type = 'client backend'";

    private static final String CONNECTED = "SELECT pid" + OF_CLIENTS;

    /** Each by its process and the moment at which that began, since processes have numbers that come again. */
    private static final String SESSIONS =
            "SELECT format('%s %s', pid, extract(epoch FROM backend_start))" + OF_CLIENTS;

    /** Of those given, who have read the setting while it was on, and would stay read-only for as long as they live. */
    private static final String END_READ_ONLY = """
            SELECT a.pid, r.rolname,
                   CASE WHEN r.rolsuper AND NOT (SELECT m.rolsuper FROM pg_catalog.pg_roles m WHERE m.rolname = current_user)
                        THEN false ELSE pg_terminate_backend(a.pid) END
              FROM pg_catalog.pg_stat_activity a
              JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
             WHERE a.datname = current_database()
               AND a.backend_type = 'client backend'
               AND format('%s %s', a.pid, extract(epoch FROM a.backend_start)) <> ALL (?)
               AND a.pid = ANY (?)
               AND a.pid <> pg_backend_pid()
               AND a.application_name NOT LIKE 'godwit-%'
            """;

    private static final String PREPARED =
            "SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE database = current_database() ORDER BY prepared LIMIT 1";

    private static final String IS_CLOSED = """
            SELECT EXISTS (SELECT 1
                             FROM pg_catalog.pg_db_role_setting s
                             JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = current_database()
                            WHERE s.setrole = 0 AND 'default_transaction_read_only=on' = ANY (s.setconfig)),
                   (SELECT string_agg(role, ', ') FROM (%s) AS r (role, place)),
                   (%s)
            """.formatted(SealRights.ROLES_THAT_MAY_WRITE, PREPARED);

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

    /**
     * Who was connected when this object closed the database, and so may write once it is open again; null while it is open. The times at
     * which sessions began would not do: the source's clock may be set back, and then those of before began in its future.
     */
    @Nullable
    private Set<String> writers;

    /** Closes the database for who connects from now on; without effect the second time. */
    void shut(Connection connection, Duration patience) throws SQLException {
        if (writers == null) {
            writers = new HashSet<>(
                    list(connection, SESSIONS + "; " + limit("", patience) + "; " + alter(connection, "SET")));
        }
    }

    /**
     * Closes the database, unless that was done before; returns when no session from before is left but this one and those given.
     *
     * @param patience how long all of that may take
     */
    void close(Connection connection, List<Connection> holders, Duration patience) throws SQLException {
        long deadline = System.nanoTime() + patience.toNanos();
        shut(connection, patience);
        Sessions sessions = new Sessions(connection, holders);
        while (!sessions.endThoseOfBefore()) {
            if (System.nanoTime() - deadline > 0) {
                throw new SQLException(sessions.left() + " session(s) of the source database did not end in time ("
                        + patience + ") after pg_terminate_backend");
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
    }

    private static String alter(Connection connection, String action) throws SQLException {
        return "ALTER DATABASE " + database(connection) + " " + action + " default_transaction_read_only"
                + (action.equals("SET") ? " = on" : "");
    }

    /** Somebody's lock on the settings is not waited for any longer. */
    private static String limit(String local, Duration patience) {
        return "SET " + local + "statement_timeout = "
                + Math.max(1, Math.min(Integer.MAX_VALUE, patience.toMillis() + 1));
    }

    /** The sessions that are to end: those that are there at the first look, and those that are about to be. */
    private static final class Sessions {
        private final Connection connection;
        private final List<Integer> own = new ArrayList<>();
        /** Everybody else has begun later, and is read-only; null before the first look. */
        @Nullable
        private Set<Integer> before;

        @Nullable
        private Set<Integer> starting;

        private int seen;
        /** How many are ended at the next look; it doubles each time. */
        private int some = 1;

        Sessions(Connection connection, List<Connection> holders) throws SQLException {
            this.connection = connection;
            own.add(connection.unwrap(PGConnection.class).getBackendPID());
            for (Connection holder : holders) {
                own.add(holder.unwrap(PGConnection.class).getBackendPID());
            }
        }

        int left() {
            return seen + (starting == null ? 0 : starting.size());
        }

        /**
         * Ends some of them; tells whether none was left. Those that are starting are looked at first, so that none is in between. A
         * server whose sessions all end at once lets go of none of the clients before it has cleared up behind all of them; so the
         * first ones are ended a little earlier, and by the time of the switch their clients are there.
         */
        boolean endThoseOfBefore() throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(STARTING + "; " + END_OTHERS)) {
                statement.setInt(1, some);
                statement.setArray(2, before == null ? null : connection.createArrayOf("int4", before.toArray()));
                statement.setArray(3, connection.createArrayOf("int4", own.toArray()));
                statement.execute();
                Set<Integer> begin = pids(statement);
                statement.getMoreResults();
                Set<Integer> there = pids(statement);
                seen = there.size();
                some = Math.min(some * 2, EVERYBODY);
                note(begin, there);
                return left() == 0;
            } catch (SQLException e) {
                if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                    throw new SQLException(
                            "sessions of superusers on the source database cannot be ended by this role: "
                                    + first(connection, SUPERUSERS_SESSIONS) + "; end them first (" + e.getMessage()
                                    + ")",
                            e.getSQLState(),
                            e);
                }
                throw e;
            }
        }

        private void note(Set<Integer> begin, Set<Integer> there) {
            if (before == null) {
                before = new HashSet<>(there);
                before.addAll(begin);
                starting = begin;
            } else if (starting != null) {
                starting.retainAll(begin);
            }
        }
    }

    private static Set<Integer> pids(Statement statement) throws SQLException {
        Set<Integer> pids = new HashSet<>();
        try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
                pids.add(rows.getInt(1));
            }
        }
        return pids;
    }

    /** Gives the first value of the first statement's answer. */
    private static String first(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return String.valueOf(row.getString(1));
            }
        }
    }

    /** Gives the first column of the first statement's answer. */
    private static List<String> list(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    values.add(String.valueOf(rows.getString(1)));
                }
            }
        }
        return values;
    }

    private static Set<Integer> starting(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(STARTING);
            return pids(statement);
        }
    }

    /**
     * Makes sure that the database still is closed, for every role: nobody has opened it since, or given a role a setting of its own,
     * and nothing is pending that could be committed all the same.
     */
    static void requireClosed(Connection connection, Duration patience) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(limit("", patience) + "; " + IS_CLOSED);
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                if (!row.getBoolean(1)) {
                    throw new IllegalStateException(
                            "the source database was opened again while the cutover was under way"
                                    + " (default_transaction_read_only is not on any more); find out who does that, then cut over"
                                    + " again");
                }
                if (row.getString(2) != null) {
                    throw new IllegalStateException("role(s) " + row.getString(2)
                            + " were given default_transaction_read_only = off as a setting of their own on the source, and so"
                            + " may write there although it is closed; ALTER ROLE … RESET default_transaction_read_only,"
                            + " then cut over again");
                }
                refuse(row.getString(3));
            }
        }
    }

    /** A prepared transaction can be committed in a database that is closed. */
    static void refusePrepared(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(PREPARED)) {
            refuse(row.next() ? row.getString(1) : null);
        }
    }

    private static void refuse(@Nullable String prepared) {
        if (prepared != null) {
            throw new IllegalStateException("prepared transaction '" + prepared
                    + "' is pending on the source; COMMIT PREPARED or ROLLBACK PREPARED it, then cut over again");
        }
    }

    /** Finds out whether the database can be closed, and leaves it as it is. */
    static void tryOut(Connection connection, Duration patience) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(limit("LOCAL ", patience) + "; " + alter(connection, "SET"));
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
            SealRights.require(connection);
            new SourceSeal().close(connection, List.of(), PATIENCE);
        }
    }

    /** Opens the database that this object closed, if it did, and ends who began meanwhile and so may only read. */
    void open(Connection connection) throws SQLException {
        Set<String> may = writers;
        try (Statement statement = connection.createStatement()) {
            // What limited the closing does not limit this.
            statement.execute("SET statement_timeout = 0");
            if (may != null || isClosed(connection)) {
                statement.execute(alter(connection, "RESET"));
                writers = null;
                endReadOnly(connection, may == null ? Set.of() : may);
            }
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
    private static void endReadOnly(Connection connection, Set<String> writers) {
        try {
            Set<Integer> starting = starting(connection);
            Set<Integer> before = new HashSet<>(starting);
            list(connection, CONNECTED).forEach(pid -> before.add(Integer.valueOf(pid)));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            Set<String> spared = endReadOnly(connection, writers, before);
            while (!starting.isEmpty() && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
                starting.retainAll(starting(connection));
                spared = endReadOnly(connection, writers, before);
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

    private static Set<String> endReadOnly(Connection connection, Set<String> writers, Set<Integer> before)
            throws SQLException {
        Set<String> spared = new TreeSet<>();
        try (PreparedStatement statement = connection.prepareStatement(END_READ_ONLY)) {
            statement.setArray(1, connection.createArrayOf("text", writers.toArray()));
            statement.setArray(2, connection.createArrayOf("int4", before.toArray()));
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

    /** The session's own database, quoted; its name as a session knows it costs no round trip. */
    private static String database(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).escapeIdentifier(connection.getCatalog());
    }
}
