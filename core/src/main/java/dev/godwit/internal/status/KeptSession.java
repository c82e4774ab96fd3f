package dev.godwit.internal.status;

import dev.godwit.replication.ServerConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session that is opened when it is needed, and again after it was lost. Used by one thread; another one may cut it off, after
 * which none is opened any more.
 */
final class KeptSession {
    private static final Logger LOG = LoggerFactory.getLogger(KeptSession.class);

    private final ServerConnections server;
    private @Nullable Connection session;
    private boolean ended;

    KeptSession(ServerConnections server) {
        this.server = server;
    }

    Connection get() throws SQLException {
        Connection open = current();
        if (open != null && !open.isClosed()) {
            return open;
        }
        Connection fresh = server.open();
        synchronized (this) {
            if (!ended) {
                session = fresh;
            }
        }
        if (current() != fresh) {
            fresh.close();
            throw new SQLException("the run is being closed, so no session is opened any more", "57P03");
        }
        // Nobody shall wait for this: what cannot be had at once is tried again.
        try (Statement statement = fresh.createStatement()) {
            statement.execute("SET lock_timeout = '1s'; SET statement_timeout = '10s'");
        }
        return fresh;
    }

    private synchronized @Nullable Connection current() {
        return session;
    }

    void close() {
        Connection open;
        synchronized (this) {
            open = session;
            session = null;
        }
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("closing a session on {}: {}", server, e.getMessage());
            }
        }
    }

    /** Cuts the session off, whatever it is doing. */
    void abort() {
        Connection open;
        synchronized (this) {
            ended = true;
            open = session;
        }
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("cutting off a session on {}: {}", server, e.getMessage());
            }
        }
    }
}
