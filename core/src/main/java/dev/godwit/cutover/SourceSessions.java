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
 * The sessions that are to end when a database is closed: those that are there at the first look, and those that are about to be. Clients'
 * and background workers alike (jobs of extensions, subscriptions), since either may write by what it has read before; not what the server
 * itself runs, walsenders, and workers of a superuser, which nobody else may end. Used by one thread.
 */
final class SourceSessions {
    private static final Logger LOG = LoggerFactory.getLogger(SourceSessions.class);
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);
    /** More sessions than a server can have. */
    private static final int EVERYBODY = 1 << 24;
    /** How many of those that do not end are named. */
    private static final int NAMED = 5;

    /** A parallel worker ends with who leads it; the others are the server's own. */
    private static final String OF_DATABASE = """
             FROM pg_catalog.pg_stat_activity a
            WHERE a.datname = current_database()
              AND a.backend_type NOT IN ('autovacuum worker', 'walsender', 'parallel worker', 'slotsync worker')
            """;

    /** The server refuses to end a superuser's, by an error; who is a client is asked for all the same, since he is not to be spared. */
    private static final String MAY_BE_ENDED = """
            (a.backend_type = 'client backend'
             OR (SELECT m.rolsuper FROM pg_catalog.pg_roles m WHERE m.rolname = current_user)
             OR NOT COALESCE((SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.oid = a.usesysid), true))
            """;

    private static final String DESCRIBED =
            "format('%s (%s of role %s)', a.pid, a.backend_type, COALESCE(a.usename, '?'))";

    /** All of them, of which some are ended: first those whose clients wait for an answer. */
    private static final String END_OTHERS = """
            SELECT a.pid, %2$s, %1$s,
                   CASE WHEN %1$s AND row_number() OVER (ORDER BY a.state = 'active' DESC NULLS LAST, a.backend_start, a.pid) <= ?
                        THEN pg_terminate_backend(a.pid) END
            %3$s
               AND a.pid = ANY (COALESCE(?, ARRAY[a.pid]))
               AND a.pid <> ALL (?)
               AND COALESCE(a.application_name, '') NOT LIKE 'godwit-%%'
            """.formatted(MAY_BE_ENDED, DESCRIBED, OF_DATABASE);

    private static final String CONNECTED = "SELECT a.pid" + OF_DATABASE;

    /** Each by its process and the moment at which that began, since processes have numbers that come again. */
    static final String ALL = "SELECT format('%s %s', a.pid, extract(epoch FROM a.backend_start))" + OF_DATABASE;

    /** Of those given, who have read the setting while it was on, and would stay read-only for as long as they live. */
    private static final String END_READ_ONLY = """
            SELECT a.pid, COALESCE(a.usename, '?'),
                   CASE WHEN NOT (SELECT m.rolsuper FROM pg_catalog.pg_roles m WHERE m.rolname = current_user)
                             AND COALESCE((SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.oid = a.usesysid), true)
                        THEN false ELSE pg_terminate_backend(a.pid) END
            %s
               AND format('%%s %%s', a.pid, extract(epoch FROM a.backend_start)) <> ALL (?)
               AND a.pid = ANY (?)
               AND a.pid <> pg_backend_pid()
               AND COALESCE(a.application_name, '') NOT LIKE 'godwit-%%'
            """.formatted(OF_DATABASE);

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

    private final Connection connection;
    private final List<Integer> own = new ArrayList<>();
    /** Everybody else has begun later, and is read-only; null before the first look. */
    @Nullable
    private Set<Integer> before;

    @Nullable
    private Set<Integer> starting;

    private List<String> seen = List.of();
    private final Set<String> spared = new TreeSet<>();
    /** How many are ended at the next look; it doubles each time. */
    private int some = 1;

    private SourceSessions(Connection connection, List<Connection> holders) throws SQLException {
        this.connection = connection;
        own.add(connection.unwrap(PGConnection.class).getBackendPID());
        for (Connection holder : holders) {
            own.add(holder.unwrap(PGConnection.class).getBackendPID());
        }
    }

    /** Ends all that are connected but this one and those given; returns when they are gone. */
    static void endOthers(Connection connection, List<Connection> holders, Duration patience) throws SQLException {
        long deadline = System.nanoTime() + patience.toNanos();
        SourceSessions sessions = new SourceSessions(connection, holders);
        while (!sessions.endThoseOfBefore()) {
            if (System.nanoTime() - deadline > 0) {
                throw new SQLException(sessions.left() + " session(s) of the source database did not end in time ("
                        + patience + ") after pg_terminate_backend"
                        + (sessions.seen.isEmpty()
                                ? ""
                                : ": "
                                        + String.join(
                                                ", ",
                                                sessions.seen.subList(0, Math.min(NAMED, sessions.seen.size())))));
            }
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
        }
        if (!sessions.spared.isEmpty()) {
            LOG.warn(
                    "the source is closed, but background workers of superusers, which this role may not end, were connected before,"
                            + " and may go on writing there: {}",
                    String.join(", ", sessions.spared));
        }
    }

    private int left() {
        return seen.size() + (starting == null ? 0 : starting.size());
    }

    /**
     * Ends some of them; tells whether none was left. Those that are starting are looked at first, so that none is in between. A
     * server whose sessions all end at once lets go of none of the clients before it has cleared up behind all of them; so the
     * first ones are ended a little earlier, and by the time of the switch their clients are there.
     */
    private boolean endThoseOfBefore() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(STARTING + "; " + END_OTHERS)) {
            statement.setInt(1, some);
            statement.setArray(2, before == null ? null : connection.createArrayOf("int4", before.toArray()));
            statement.setArray(3, connection.createArrayOf("int4", own.toArray()));
            statement.execute();
            Set<Integer> begin = pids(statement);
            statement.getMoreResults();
            Set<Integer> there = look(statement);
            some = Math.min(some * 2, EVERYBODY);
            note(begin, there);
            return left() == 0;
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw new SQLException(
                        "sessions of superusers on the source database cannot be ended by this role: "
                                + superusersSessions() + "; end them first (" + e.getMessage() + ")",
                        e.getSQLState(),
                        e);
            }
            throw e;
        }
    }

    private String superusersSessions() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SUPERUSERS_SESSIONS)) {
            row.next();
            return String.valueOf(row.getString(1));
        }
    }

    private Set<Integer> look(Statement statement) throws SQLException {
        Set<Integer> there = new HashSet<>();
        List<String> described = new ArrayList<>();
        try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
                if (rows.getBoolean(3)) {
                    there.add(rows.getInt(1));
                    described.add(rows.getString(2));
                } else {
                    spared.add(rows.getString(2));
                }
            }
        }
        seen = described;
        return there;
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

    private static Set<Integer> pids(Statement statement) throws SQLException {
        Set<Integer> pids = new HashSet<>();
        try (ResultSet rows = statement.getResultSet()) {
            while (rows.next()) {
                pids.add(rows.getInt(1));
            }
        }
        return pids;
    }

    private static Set<Integer> pids(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(query);
            return pids(statement);
        }
    }

    /**
     * Ends who began while the database was closed, and so may only read. The database is open whether or not this succeeds; who stays
     * read-only has to connect again by himself.
     *
     * @param writers who were connected before, as {@link #ALL} names them
     */
    static void endReadOnly(Connection connection, Set<String> writers) {
        try {
            Set<Integer> starting = pids(connection, STARTING);
            Set<Integer> before = new HashSet<>(starting);
            before.addAll(pids(connection, CONNECTED));
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            Set<String> spared = endReadOnly(connection, writers, before);
            while (!starting.isEmpty() && System.nanoTime() - deadline < 0) {
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
                starting.retainAll(pids(connection, STARTING));
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
}
