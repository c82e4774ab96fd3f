package dev.godwit.internal.state;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The user's event triggers that would fire for data definition of ours. They are silenced for a part of a transaction, in its own eyes
 * only, as far as the role may: a superuser silences all of them, who may set {@code session_replication_role} all but those that fire
 * always. Used by one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-altereventtrigger.html">PostgreSQL manual: ALTER EVENT TRIGGER</a>
 */
public final class EventTriggers {
    private static final int SWITCHED_OFF_AT_ONCE = 17;
    private static final int GRANTED_PARAMETERS = 15;

    private static final String FIRING = """
            SELECT format('ALTER EVENT TRIGGER %%I ', t.evtname), t.evtenabled, r.rolsuper, r.rolsuper OR %s
              FROM pg_catalog.pg_event_trigger t, pg_catalog.pg_roles r
             WHERE t.evtenabled <> 'D' AND t.evtevent <> 'login' AND r.rolname = current_user
             ORDER BY 1
            """;

    private final List<String> silencing;
    private final List<String> restoring;

    private EventTriggers(List<String> silencing, List<String> restoring) {
        this.silencing = List.copyOf(silencing);
        this.restoring = List.copyOf(restoring);
    }

    /** Something done in a transaction. */
    public interface Work {
        /** Does it. */
        void run() throws SQLException;
    }

    /** Reads which there are. */
    public static EventTriggers read(Connection connection) throws SQLException {
        int major = connection.getMetaData().getDatabaseMajorVersion();
        String mayBeReplica = major >= GRANTED_PARAMETERS
                ? "has_parameter_privilege(current_user, 'session_replication_role', 'SET')"
                : "false";
        List<String> silencing = new ArrayList<>();
        List<String> restoring = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(FIRING.formatted(mayBeReplica))) {
            while (row.next()) {
                if (row.getBoolean(3) && major >= SWITCHED_OFF_AT_ONCE) {
                    return new EventTriggers(
                            List.of("SET LOCAL event_triggers = off"), List.of("SET LOCAL event_triggers TO DEFAULT"));
                }
                if (row.getBoolean(4) && silencing.isEmpty()) {
                    silencing.add("SET LOCAL session_replication_role = replica");
                    restoring.add("SET LOCAL session_replication_role TO DEFAULT");
                }
                String fires = row.getString(2);
                if (row.getBoolean(3) && !fires.equals("O")) {
                    silencing.add(row.getString(1) + "DISABLE");
                    restoring.add(row.getString(1) + (fires.equals("A") ? "ENABLE ALWAYS" : "ENABLE REPLICA"));
                }
            }
        }
        return new EventTriggers(silencing, restoring);
    }

    /** Does something in a transaction of its own that they do not see. */
    public static void unseen(Connection connection, Work work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            EventTriggers triggers = read(connection);
            triggers.silence(connection);
            work.run();
            triggers.restore(connection);
            connection.commit();
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        }
    }

    /** Silences them in the caller's transaction; no round trip if there are none. */
    public void silence(Connection connection) throws SQLException {
        execute(connection, silencing);
    }

    /** Has them fire again in the caller's transaction. */
    public void restore(Connection connection) throws SQLException {
        execute(connection, restoring);
    }

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        if (!statements.isEmpty()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(String.join("; ", statements));
            }
        }
    }
}
