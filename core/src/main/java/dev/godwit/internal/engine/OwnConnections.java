package dev.godwit.internal.engine;

import dev.godwit.replication.ServerConnections;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the connections that a run has open, so that closing the run ends a statement that still waits for its server:
 * a thread that reads from a socket does not notice an interrupt. Safe for use by any thread.
 */
final class OwnConnections implements ServerConnections, Serializable {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(OwnConnections.class);

    private final transient ServerConnections server;
    private final transient List<Connection> open = new ArrayList<>();
    private boolean ended;

    OwnConnections(ServerConnections server) {
        this.server = server;
    }

    @Override
    public Connection open() throws SQLException {
        return remember(server.open());
    }

    @Override
    public Connection openReplication() throws SQLException {
        return remember(server.openReplication());
    }

    private Connection remember(Connection connection) throws SQLException {
        synchronized (open) {
            if (!ended) {
                for (Connection known : List.copyOf(open)) {
                    if (known.isClosed()) {
                        open.remove(known);
                    }
                }
                open.add(connection);
                return connection;
            }
        }
        connection.close();
        throw new SQLException("the run is being closed, so no session is opened any more", "57P03");
    }

    /** Asks the server to break off what the open sessions are doing, since it does not notice at once that one was cut off. */
    void cancel() {
        List<Connection> busy;
        synchronized (open) {
            ended = true;
            busy = List.copyOf(open);
        }
        for (Connection connection : busy) {
            try {
                if (!connection.isClosed()) {
                    connection.unwrap(PGConnection.class).cancelQuery();
                }
            } catch (SQLException e) {
                LOG.debug("cancelling what a session of {} does: {}", server, e.getMessage());
            }
        }
    }

    /** Cuts off what is open, and opens nothing any more. */
    void end() {
        List<Connection> left;
        synchronized (open) {
            ended = true;
            left = List.copyOf(open);
            open.clear();
        }
        for (Connection connection : left) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("cutting off a session of {}: {}", server, e.getMessage());
            }
        }
    }

    /** Elsewhere, whoever opens connections looks after them. */
    private Object writeReplace() {
        return server;
    }

    /** Gives what a message may show. */
    @Override
    public String toString() {
        return server.toString();
    }
}
