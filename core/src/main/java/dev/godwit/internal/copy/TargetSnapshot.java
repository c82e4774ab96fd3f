package dev.godwit.internal.copy;

import dev.godwit.replication.ServerConnections;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of the target that several sessions share, kept by a session that holds little else: the counterpart of a
 * {@link SnapshotSession}. The tables are locked (ACCESS SHARE) before it is taken, so that the moment at which it is taken is
 * the caller's to choose, and no rewrite comes in between.
 *
 * <p>Used by one thread at a time.
 */
public final class TargetSnapshot implements AutoCloseable {
    private final Connection keeper;

    @Nullable
    private String name;

    private TargetSnapshot(Connection keeper) {
        this.keeper = keeper;
    }

    /** Locks the tables; nothing is seen yet. */
    public static TargetSnapshot lock(ServerConnections target, List<TableName> tables, Duration limit)
            throws SQLException {
        Connection keeper = target.open();
        try {
            SnapshotSession.begin(keeper);
            SnapshotSession.lock(keeper, tables, limit);
            return new TargetSnapshot(keeper);
        } catch (SQLException | RuntimeException e) {
            keeper.close();
            throw e;
        }
    }

    /** Takes the snapshot, which shows what is committed now. */
    public void take() throws SQLException {
        name = SnapshotSession.export(keeper);
    }

    /** Begins a transaction that sees the snapshot. */
    public void join(Connection connection) throws SQLException {
        if (name == null) {
            throw new IllegalStateException("no snapshot was taken yet");
        }
        SnapshotSession.join(connection, name);
    }

    /**
     * Makes sure that the snapshot and the tables' locks have been held until now.
     *
     * @throws SQLException if its session has ended
     */
    public void requireAlive() throws SQLException {
        SnapshotSession.requireAlive(keeper);
    }

    /** Ends the snapshot for those who have not joined it. */
    @Override
    public void close() throws SQLException {
        keeper.close();
    }
}
