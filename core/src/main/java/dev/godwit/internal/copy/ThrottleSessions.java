package dev.godwit.internal.copy;

import dev.godwit.copy.ThrottleContext;
import dev.godwit.replication.ServerConnections;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions that a throttle may ask, opened when they are asked for, and again after they have ended. Used by one thread at a time. */
public final class ThrottleSessions implements ThrottleContext, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ThrottleSessions.class);

    private final Session source;
    private final Session target;

    public ThrottleSessions(ServerConnections source, ServerConnections target) {
        this.source = new Session(source);
        this.target = new Session(target);
    }

    @Override
    public Connection source() throws SQLException {
        return source.get();
    }

    @Override
    public Connection target() throws SQLException {
        return target.get();
    }

    /** Ends the source's session; the next question opens another one. */
    void closeSource() {
        source.close();
    }

    @Override
    public void close() {
        source.close();
        target.close();
    }

    /** A session that is opened when it is asked for, and again after it has ended. */
    private static final class Session {
        private final ServerConnections server;

        @Nullable
        private Connection open;

        Session(ServerConnections server) {
            this.server = server;
        }

        Connection get() throws SQLException {
            Connection connection = open;
            if (connection == null || connection.isClosed()) {
                connection = server.open();
                open = connection;
            }
            return connection;
        }

        void close() {
            if (open != null) {
                try {
                    open.close();
                } catch (SQLException e) {
                    LOG.debug("closing a session of the throttle: {}", e.getMessage());
                }
                open = null;
            }
        }
    }
}
