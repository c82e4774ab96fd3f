package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of a server, to be counted or ended as an administrator, a failover or a crash of a backend would end them. Those of the testkit
 * itself are never among them.
 *
 * <pre>{@code
 * ServerSessions.on(pair.source()).of(SessionKind.WALSENDER).terminate();
 * ServerSessions.on(pair.target()).named("godwit-orders").terminateOne();
 * }</pre>
 *
 * <p>Immutable; for use by any thread.
 */
public final class ServerSessions {
    private static final String FROM = " FROM pg_catalog.pg_stat_activity a WHERE a.pid <> pg_backend_pid()"
            + " AND a.application_name <> '" + ServerAddress.OWN_SESSIONS
            + "' AND (?::text IS NULL OR a.application_name = ?)"
            + " AND (";

    /** Version 9.6 does not tell; its sessions without a role are the server's own. */
    private static final String CLIENTS = "a.usename IS NOT NULL"
            + " AND coalesce(to_jsonb(a) ->> 'backend_type', 'client backend') IN ('client backend', 'walsender')";

    private final PostgresServer server;
    private final String database;
    private final @Nullable String name;
    private final String condition;

    private ServerSessions(PostgresServer server, String database, @Nullable String name, String condition) {
        this.server = server;
        this.database = database;
        this.name = name;
        this.condition = condition;
    }

    /**
     * All sessions of clients and subscribers, whatever their database; {@link SessionKind#APPLY} looks for the progress of
     * migrations in the database {@value PostgresPair#DATABASE}.
     *
     * @param server a running server
     * @return the sessions
     */
    public static ServerSessions on(PostgresServer server) {
        return new ServerSessions(server, PostgresPair.DATABASE, null, CLIENTS);
    }

    /**
     * Those of one kind.
     *
     * @param kind what they are there for
     * @return the sessions, under the same name as before if one was given
     */
    public ServerSessions of(SessionKind kind) {
        return new ServerSessions(server, database, name, kind.condition());
    }

    /**
     * Those of one application.
     *
     * @param applicationName as in {@code application_name}; {@code godwit-} and the name of a migration for those of Godwit
     * @return the sessions, of the same kind as before if one was given
     */
    public ServerSessions named(String applicationName) {
        return new ServerSessions(server, database, applicationName, condition);
    }

    /**
     * How many there are now.
     *
     * @return 0 or more
     */
    public int count() {
        return run("SELECT count(*)" + FROM + condition + ")");
    }

    /**
     * Ends all of them ({@code pg_terminate_backend}).
     *
     * @return how many there were
     */
    public int terminate() {
        return run(
                "SELECT count(*) FROM (SELECT pg_terminate_backend(a.pid)" + FROM + condition + ") OFFSET 0) AS ended");
    }

    /**
     * Ends one of them, chosen by the server at random.
     *
     * @return 1, or 0 if there was none
     */
    public int terminateOne() {
        return run("SELECT count(pg_terminate_backend(pid)::int) FROM (SELECT a.pid" + FROM + condition
                + ") ORDER BY random() LIMIT 1) AS one");
    }

    private int run(String sql) {
        try (Connection connection = server.connectOwn(database);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            statement.setString(2, name);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        } catch (SQLException e) {
            throw new TestkitException("Cannot look at the sessions of " + server + ": " + e.getMessage(), e);
        }
    }
}
