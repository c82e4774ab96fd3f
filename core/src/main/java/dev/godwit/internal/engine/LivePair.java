package dev.godwit.internal.engine;

import dev.godwit.internal.copy.SnapshotSession;
import dev.godwit.internal.copy.TargetSnapshot;
import dev.godwit.internal.verify.SnapshotPair;
import dev.godwit.replication.Lsn;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Both databases of a run that goes on, as of one position; see {@link PairMaker}. Safe for use by any thread. */
final class LivePair implements SnapshotPair {
    /** How long a session of the pair waits for a table. */
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(3);

    private final OwnConnections sourceServer;
    private final OwnConnections targetServer;
    private final SnapshotSession source;
    private final TargetSnapshot target;

    LivePair(OwnConnections sourceServer, OwnConnections targetServer, SnapshotSession source, TargetSnapshot target) {
        this.sourceServer = sourceServer;
        this.targetServer = targetServer;
        this.source = source;
        this.target = target;
    }

    /** Begins a transaction under a snapshot. */
    private interface Joining {
        void join(Connection connection) throws SQLException;
    }

    @Override
    public Connection openSource() throws SQLException {
        return joined(sourceServer.open(), source::join);
    }

    @Override
    public Connection openTarget() throws SQLException {
        return joined(targetServer.open(), target::join);
    }

    private static Connection joined(Connection connection, Joining joining) throws SQLException {
        try {
            joining.join(connection);
            try (Statement statement = connection.createStatement()) {
                // Who waits for the keeper's lock (TRUNCATE, DDL) lets nobody pass, and no server sees that we wait for
                // ourselves.
                statement.execute("SET LOCAL lock_timeout = " + LOCK_TIMEOUT.toMillis());
            }
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Lsn lsn() {
        return source.consistentPoint();
    }

    @Override
    public void requireAlive() {
        requireAlive("source", source::requireAlive);
        requireAlive("target", target::requireAlive);
    }

    /** Looks at a session. */
    private interface Look {
        void look() throws SQLException;
    }

    private static void requireAlive(String side, Look look) {
        try {
            look.look();
        } catch (SQLException e) {
            throw new MigrationException(
                    null,
                    "the session that keeps the snapshot of the " + side + " has ended (" + e.getMessage()
                            + "), and with it the locks that keep tables from being truncated or rewritten meanwhile, so what"
                            + " was found cannot be trusted; verify again",
                    e);
        }
    }

    @Override
    public void close() throws SQLException {
        try (target) {
            source.close();
        }
    }
}
