package dev.godwit.internal.state;

import dev.godwit.replication.ServerConnections;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session that holds a migration's lock. When it has ended, by a restart of the target or by an administrator, another one
 * takes the lock, provided that nobody has taken the migration over in between; the epoch tells.
 *
 * <p>Used by one thread at a time.
 */
final class OwnerSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerSession.class);
    private static final int ANSWER_SECONDS = 5;

    private final ServerConnections target;
    private final String migration;

    private volatile Connection session;
    private int pid;
    /** Since it is told once that there is none, however often another one is asked for. */
    private boolean lost;

    private boolean closed;

    @Nullable
    private Ownership ownership;

    private OwnerSession(ServerConnections target, String migration) throws SQLException {
        this.target = target;
        this.migration = migration;
        session = target.open();
        pid = pid(session);
    }

    /** Opens the first session, which has no lock yet. */
    static OwnerSession open(ServerConnections target, String migration) throws SQLException {
        return new OwnerSession(target, migration);
    }

    /** From now on another session takes this one's place when it has ended. */
    void owns(Ownership begun) {
        ownership = begun;
    }

    /** Gives the session, alive as of now and in auto-commit mode. */
    Connection get() throws SQLException {
        if (closed) {
            throw new SQLException("the session that owns migration '" + migration + "' was closed", "08003");
        }
        if (ownership != null && !session.isValid(ANSWER_SECONDS)) {
            reopen(ownership);
        }
        return session;
    }

    /** Ends the session at once, also under whoever waits for its server's answer: the next one takes its place. By any thread. */
    void abort() {
        abort(session);
    }

    /** Gives a session beside this one, which owns nothing and is the caller's to close; may be called by any thread. */
    Connection another() throws SQLException {
        return target.open();
    }

    private void reopen(Ownership own) throws SQLException {
        if (!lost) {
            lost = true;
            LOG.warn("{}: the session that owns the migration has ended; taking its lock again", migration);
        }
        abort(session);
        Connection next = target.open();
        try {
            own.lockAgain(next, pid, target);
        } catch (SQLException | MigrationException e) {
            abort(next);
            throw e;
        }
        session = next;
        pid = pid(next);
        lost = false;
    }

    private static int pid(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    private void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("{}: ending the owning session: {}", migration, e.getMessage());
        }
    }

    @Override
    public void close() throws SQLException {
        closed = true;
        session.close();
    }
}
