package dev.godwit.cutover;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Closes a database for writes in a way that outlasts this process: new sessions are read-only by default, sessions from
 * before are ended. Godwit's own sessions, which pin the setting to off and write nothing but slot and publication, stay. What somebody
 * else has closed before is not opened. Used by one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-client.html">default_transaction_read_only</a>
 */
final class SourceSeal {
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How long a source may be out of reach before opening it is left to who resumes the migration. */
    private static final Duration TO_OPEN = Duration.ofSeconds(30);

    private static final Duration AGAIN = Duration.ofMillis(100);

    private static final String PREPARED =
            "SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE database = current_database() ORDER BY prepared LIMIT 1";

    private static final String IS_ON = "COALESCE(" + ClosingMark.VALUE + "::boolean, false)";
    private static final String SETTING_IS_ON = "SELECT " + IS_ON;

    /** Whoever opens a database, or closes it, does so by turns: what is found then is so until the commit. Released by that. */
    private static final String TURN = "SELECT pg_catalog.pg_advisory_xact_lock(7166216, 0)";

    /** Ends the transaction by an error where something does not hold; a server without plpgsql has no other way in one round trip. */
    private static final String REQUIRE = "SELECT 1 / CASE WHEN %s THEN 1 ELSE 0 END";

    private static final String DIVISION_BY_ZERO = "22012";

    /** How it is closed where nobody is to find out who did it. */
    private static final String PLAIN = "on";

    private static final String STATE = SETTING_IS_ON + ", (SELECT string_agg(role, ', ') FROM ("
            + SealRights.ROLES_THAT_MAY_WRITE + ") AS r (role, place)), (" + PREPARED + ")";

    /**
     * Who was connected when this object closed the database, and so may write once it is open again; null while it is open. The times at
     * which sessions began would not do: the source's clock may be set back, and then those of before began in its future.
     */
    @Nullable
    private Set<String> writers;

    /** Whether it was closed already when this object came to close it; then it is not this one's to open. */
    private boolean closedBefore;

    private final FenceContext context;

    /** Whether it was tried to close it: the answer may have been lost, and the database be closed although {@link #writers} is null. */
    private boolean tried;

    /**
     * Makes one that has closed nothing.
     *
     * @param context names the migration, and says whether the database was closed before
     */
    SourceSeal(FenceContext context) {
        this.context = context;
    }

    /** Tells whether the database is closed, whoever did it. */
    static boolean isClosed(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SETTING_IS_ON)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** Closes the database for who connects from now on; without effect the second time. */
    void shut(Connection connection, Duration patience) throws SQLException {
        if (writers != null) {
            return;
        }
        tried = true;
        try (Statement statement = connection.createStatement()) {
            closeAsRecorded(connection, statement, patience);
            // Behind the limit, the turn and what is required.
            statement.getMoreResults();
            statement.getMoreResults();
            statement.getMoreResults();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                closedBefore = row.getBoolean(1);
            }
            statement.getMoreResults();
            Set<String> there = new HashSet<>();
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    there.add(rows.getString(1));
                }
            }
            writers = there;
        }
    }

    /**
     * Closes the database, unless that was done before; returns when no session from before is left but this one and those given.
     *
     * @param patience how long all of that may take
     */
    void close(Connection connection, List<Connection> holders, Duration patience) throws SQLException {
        Deadline deadline = Deadline.after(patience);
        shut(connection, patience);
        SourceSessions.endOthers(connection, holders, deadline.left());
    }

    /**
     * Closes it only if it is as the cutover has recorded it, open or closed by somebody else, or closed by this cutover: else an undo
     * would go by what is not so.
     */
    private void closeAsRecorded(Connection connection, Statement statement, Duration patience) throws SQLException {
        String mark = context.closedAs();
        String asRecorded = mark == null ? "true" : isAs(mark) + " OR " + IS_ON + " = " + context.closedBefore();
        try {
            statement.execute(limit("", patience) + "; " + TURN + "; " + REQUIRE.formatted(asRecorded) + "; "
                    + SETTING_IS_ON + "; " + SourceSessions.ALL + "; " + close(connection, mark));
        } catch (SQLException e) {
            if (!DIVISION_BY_ZERO.equals(e.getSQLState())) {
                throw e;
            }
            throw new IllegalStateException(
                    "somebody else has " + (context.closedBefore() ? "opened" : "closed")
                            + " the source for writes while the cutover was under way (default_transaction_read_only), perhaps"
                            + " another migration of the same database; cut over again",
                    e);
        }
    }

    private static String isAs(String mark) {
        return "COALESCE(" + ClosingMark.VALUE + " = '" + mark + "', false)";
    }

    private static String close(Connection connection, @Nullable String mark) throws SQLException {
        return "ALTER DATABASE " + database(connection) + " SET default_transaction_read_only = '"
                + (mark == null ? PLAIN : mark) + "'";
    }

    /** Somebody's lock on the settings is not waited for any longer. */
    private static String limit(String local, Duration patience) {
        return "SET " + local + "statement_timeout = "
                + Math.max(1, Math.min(Integer.MAX_VALUE, patience.toMillis() + 1));
    }

    /**
     * Makes sure that the database still is closed, for every role: nobody has opened it since, or given a role a setting of its own,
     * and nothing is pending that could be committed all the same.
     */
    static void requireClosed(Connection connection, Duration patience) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(limit("", patience) + "; " + STATE);
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
            statement.execute(limit("LOCAL ", patience) + "; " + close(connection, null));
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Opens the source once the process, or the session, that may have closed it is gone; what was closed before that is left so. */
    static void reopen(FenceContext context) throws SQLException {
        reopen(context, null);
    }

    /** As the other one, where only one session may have closed it; null for any of the migration. */
    private static void reopen(FenceContext context, @Nullable Integer pid) throws SQLException {
        if (context.closedBefore()) {
            return;
        }
        try (Connection connection = context.source().open()) {
            ClosingSession.end(connection, context.migration(), pid);
            reset(connection, context.closedAs(), Set.of());
        }
    }

    /** Closes the source after the process that was to do it is gone; returns when it is closed, whether it was or not. */
    static void reclose(FenceContext context) throws SQLException {
        try (Connection connection = context.source().open()) {
            SealRights.require(connection);
            try (Statement statement = connection.createStatement()) {
                statement.execute(limit("", PATIENCE) + "; " + close(connection, markToReclose(context, connection)));
            }
            SourceSessions.endOthers(connection, List.of(), PATIENCE);
        }
    }

    /** Where somebody else has closed it since, neither he nor this cutover is to open it. */
    private static @Nullable String markToReclose(FenceContext context, Connection connection) throws SQLException {
        String mark = context.closedAs();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SETTING_IS_ON + ", " + (mark == null ? "true" : isAs(mark)))) {
            row.next();
            return row.getBoolean(1) && !row.getBoolean(2) ? null : mark;
        }
    }

    /**
     * Opens the database if this object has closed it, and ends who began meanwhile and so may only read. Closing is one transaction, so
     * what the server says to have failed of it has closed nothing. Where it has said nothing the session is lost, and this fails, too:
     * {@link #reopen} finds out then.
     */
    void open(Connection connection) throws SQLException {
        Set<String> may = writers;
        if (may != null) {
            if (!closedBefore) {
                reset(connection, context.closedAs(), may);
            }
        } else if (tried && !context.closedBefore()) {
            reset(connection, context.closedAs(), Set.of());
        }
        writers = null;
        tried = false;
    }

    /** As {@link #open}; by another session, once this one is gone, if it was lost. */
    void openAnyhow(Connection connection) throws SQLException {
        try {
            open(connection);
        } catch (SQLException e) {
            if (!tried) {
                throw e;
            }
            insist(connection.unwrap(PGConnection.class).getBackendPID());
            writers = null;
            tried = false;
        }
    }

    private void insist(int pid) throws SQLException {
        Deadline deadline = Deadline.after(TO_OPEN);
        while (true) {
            try {
                reopen(context, pid);
                return;
            } catch (SQLException e) {
                if (deadline.isPast() || Thread.currentThread().isInterrupted() || !isOutOfReach(e)) {
                    throw e;
                }
                LockSupport.parkNanos(AGAIN.toNanos());
            }
        }
    }

    /** No session, or one that ended: not an answer. */
    private static boolean isOutOfReach(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || state.startsWith("57P0");
    }

    /** Opens the database if it is closed in this way, null for any; what somebody else has closed since is left as it is. */
    private static void reset(Connection connection, @Nullable String mark, Set<String> writers) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // What limited the closing does not limit this.
            statement.execute("SET statement_timeout = 0; " + TURN + "; "
                    + REQUIRE.formatted(mark == null ? IS_ON : isAs(mark)) + "; ALTER DATABASE " + database(connection)
                    + " RESET default_transaction_read_only");
        } catch (SQLException e) {
            if (DIVISION_BY_ZERO.equals(e.getSQLState())) {
                return;
            }
            throw e;
        }
        SourceSessions.endReadOnly(connection, writers);
    }

    /** The session's own database, quoted; its name as a session knows it costs no round trip. */
    private static String database(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).escapeIdentifier(connection.getCatalog());
    }
}
