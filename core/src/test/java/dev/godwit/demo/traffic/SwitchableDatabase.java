package dev.godwit.demo.traffic;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * Where the application gets its connections from, and the one place that knows which server that is. In an application
 * this would be the pool.
 *
 * <p>Any thread. After {@link #switchTo} returns, no connection to the old server is left open: whoever still waits on
 * one gets an error at once instead of when its lock or its timeout comes.
 */
public final class SwitchableDatabase {

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private volatile Server current;

    /** A server as the display names it, and how to reach it. */
    public record Server(String name, DataSource dataSource) {}

    public SwitchableDatabase(Server first) {
        current = first;
    }

    /** Opens a connection to the server of the moment. */
    Connection connect() throws SQLException {
        while (true) {
            Server server = current;
            Connection connection = server.dataSource().getConnection();
            open.add(connection);
            if (server.equals(current)) {
                return connection;
            }
            abandon(connection);
        }
    }

    void release(Connection connection) throws SQLException {
        open.remove(connection);
        connection.close();
    }

    /** Sends everybody to another server; what is in flight on the old one is cut off and rolls back there. */
    public void switchTo(Server next) throws SQLException {
        current = next;
        for (Connection connection : open) {
            if (!connection.isClosed()) {
                abandon(connection);
            }
        }
    }

    private void abandon(Connection connection) throws SQLException {
        open.remove(connection);
        connection.abort(Runnable::run);
    }

    public String serverName() {
        return current.name();
    }
}
