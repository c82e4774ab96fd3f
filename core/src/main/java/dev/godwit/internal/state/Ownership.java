package dev.godwit.internal.state;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.ServerConnections;
import dev.godwit.result.MigrationException;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The right of one process to run a migration: an advisory lock of a session, and an epoch that outlasts the session. A
 * process that lost the lock without knowing it finds another epoch at its next commit.
 *
 * <p>Safe for use by any thread: each call uses the connection it is given.
 */
public final class Ownership implements Serializable {
    private static final long serialVersionUID = 1L;

    /** First key of the advisory locks, so that they meet no application's. */
    private static final int LOCK_SPACE = 7_166_213;
    /** How long the former session of this process may take to end. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(50);

    private static final String FORMER_TRANSACTIONS = """
            SELECT pg_catalog.pg_terminate_backend(a.pid)
              FROM pg_catalog.pg_stat_activity a
             WHERE a.datname = current_database()
               AND a.usename = current_user
               AND a.application_name = left(?, 63)
               AND a.xact_start IS NOT NULL
               AND a.pid <> pg_catalog.pg_backend_pid()
            """;

    private final String migration;
    private final long epoch;

    private Ownership(String migration, long epoch) {
        this.migration = migration;
        this.epoch = epoch;
    }

    /** Takes the lock for as long as the session lives, or says who has it. */
    static void lock(Connection session, String migration, ServerConnections server) throws SQLException {
        OptionalInt holder = tryLock(session, migration);
        if (holder.isPresent()) {
            throw new MigrationException(
                    null,
                    "migration '" + migration + "' is being run by another process (session " + holder.getAsInt()
                            + " on " + server + "); wait for it or end it",
                    null);
        }
    }

    /** Takes the lock; gives the session that has it if that cannot be. */
    private static OptionalInt tryLock(Connection session, String migration) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement("SELECT pg_try_advisory_lock(?, hashtext(?)), "
                + "(SELECT max(l.pid) FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.objsubid = 2"
                + " AND l.classid = ? AND l.objid = (hashtext(?)::bigint & 4294967295)::oid AND l.granted"
                + " AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d"
                + " WHERE d.datname = pg_catalog.current_database()))")) {
            statement.setInt(1, LOCK_SPACE);
            statement.setString(2, migration);
            statement.setInt(3, LOCK_SPACE);
            statement.setString(4, migration);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1) ? OptionalInt.empty() : OptionalInt.of(row.getInt(2));
            }
        }
    }

    /**
     * Takes the lock again after its session has ended. The server may not have noticed that yet, so the former session is ended
     * there, too.
     *
     * @throws MigrationException if another process has the lock, or has had it in between
     */
    void lockAgain(Connection session, int formerPid, ServerConnections server) throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        OptionalInt holder = tryLock(session, migration);
        while (holder.isPresent()) {
            // A pid of 0: whoever had it has just let go.
            if (holder.getAsInt() != formerPid && holder.getAsInt() != 0) {
                throw lost(null);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new SQLException(
                        "the former owning session " + formerPid + " on " + server + " does not end within " + PATIENCE,
                        "55P03");
            }
            try (PreparedStatement end = session.prepareStatement("SELECT pg_terminate_backend(?)")) {
                end.setInt(1, formerPid);
                end.execute();
            }
            LockSupport.parkNanos(POLL.toNanos());
            holder = tryLock(session, migration);
        }
        require(session);
    }

    /**
     * Ends what the process that had the lock before has left open: the server may not know for hours that its machine is suspended or
     * gone, and its transactions would hold up this one's. What is idle holds up nobody. The lock must be held.
     */
    static void endFormerTransactions(Connection session, String migration, ServerConnections server)
            throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (PreparedStatement end = session.prepareStatement(FORMER_TRANSACTIONS)) {
            end.setString(1, "godwit-" + migration);
            while (found(end)) {
                if (System.nanoTime() - deadline > 0) {
                    throw new SQLException(
                            "transactions of the process that ran migration '" + migration
                                    + "' before do not end on " + server + " within " + PATIENCE
                                    + "; end its sessions (application_name 'godwit-" + migration
                                    + "'), then try again",
                            "55P03");
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }

    private static boolean found(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            return rows.next();
        }
    }

    /** Begins a new epoch for a migration that is recorded. */
    static Ownership begin(Connection session, String migration) throws SQLException {
        try (PreparedStatement statement =
                session.prepareStatement("UPDATE godwit.migration SET owner_epoch = owner_epoch + 1, updated = now()"
                        + " WHERE name = ? RETURNING owner_epoch")) {
            statement.setString(1, migration);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new MigrationException(
                            null, "migration '" + migration + "' is not recorded on the target", null);
                }
                return new Ownership(migration, row.getLong(1));
            }
        }
    }

    /**
     * Makes sure, in a transaction about to commit, that this process still is the owner, and stays it until the commit.
     *
     * @throws MigrationException if another process has taken over
     */
    public void require(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT 1 FROM godwit.migration WHERE name = ? AND owner_epoch = ? FOR SHARE")) {
            statement.setString(1, migration);
            statement.setLong(2, epoch);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw lost(null);
                }
            }
        }
    }

    /** Gives the number that stands for this process. */
    public long epoch() {
        return epoch;
    }

    MigrationException lost(@Nullable MigrationPhase phase) {
        return new MigrationException(
                phase,
                "migration '" + migration
                        + "' was taken over by another process; this one stops without a further write",
                null);
    }
}
