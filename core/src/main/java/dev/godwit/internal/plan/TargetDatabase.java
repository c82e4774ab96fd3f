package dev.godwit.internal.plan;

import dev.godwit.replication.ServerConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The target's database as one of its server's.
 *
 * @param name its name; empty if the URL leaves that to the driver
 * @param create whether it is created if it does not exist
 * @param server opens connections to other databases of the server, as the same role
 */
public record TargetDatabase(String name, boolean create, Server server) {
    private static final String NO_SUCH_DATABASE = "3D000";

    /** Every server has these, unless somebody has dropped them. Nobody should stay long in the second one. */
    private static final List<String> MAINTENANCE = List.of("postgres", "template1");

    /** A server, seen by one role. */
    public interface Server {
        /** Gives connections to a database, which may not exist. */
        ServerConnections database(String name);
    }

    /** Gives connections to another database of the same server. */
    public ServerConnections neighbour(String database) {
        return server.database(database);
    }

    /** Tells whether a connection failed because the database is still to be created. */
    public boolean isMissing(SQLException failure) {
        return create && NO_SUCH_DATABASE.equals(failure.getSQLState());
    }

    /** Opens a session on a database of the server that exists whether or not this one does. */
    public Connection openMaintenance() throws SQLException {
        return maintenance().open();
    }

    /** Gives connections to a database of the server that exists whether or not this one does. */
    public ServerConnections maintenance() {
        return new ServerConnections() {
            @Override
            public Connection open() throws SQLException {
                return first(ServerConnections::open);
            }

            @Override
            public Connection openReplication() throws SQLException {
                return first(ServerConnections::openReplication);
            }
        };
    }

    private interface Opening {
        Connection of(ServerConnections database) throws SQLException;
    }

    private Connection first(Opening opening) throws SQLException {
        for (String database : MAINTENANCE) {
            try {
                return opening.of(server.database(database));
            } catch (SQLException e) {
                if (!NO_SUCH_DATABASE.equals(e.getSQLState())) {
                    throw e;
                }
            }
        }
        throw new SQLException(
                "the target's server has none of the databases " + MAINTENANCE + ", from one of which database '" + name
                        + "' could be created; create it yourself",
                NO_SUCH_DATABASE);
    }
}
