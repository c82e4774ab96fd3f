package dev.godwit.replication;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The snapshot that was exported by the creation of a slot: it holds exactly the commits before the consistent point.
 *
 * <p>Other sessions import it with {@code SET TRANSACTION SNAPSHOT} as long as this object is open. Before anybody reads a table under
 * it, {@link UnfinishedCommits} have to be waited for. It keeps the replication
 * connection, on which nothing else may run: the next command there ends the snapshot. Closing it closes that connection,
 * and with it a temporary slot goes; transactions that have imported the snapshot keep it. Used by one thread at a time.
 */
public final class ExportedSnapshot implements AutoCloseable {

    private final Connection replicationConnection;
    private final String slotName;
    private final Lsn consistentPoint;
    private final String snapshotName;

    ExportedSnapshot(Connection replicationConnection, String slotName, Lsn consistentPoint, String snapshotName) {
        this.replicationConnection = replicationConnection;
        this.slotName = slotName;
        this.consistentPoint = consistentPoint;
        this.snapshotName = snapshotName;
    }

    /**
     * Gives the name to import the snapshot by.
     *
     * @return the name, to be given as a literal
     */
    public String snapshotName() {
        return snapshotName;
    }

    /**
     * Gives the boundary between snapshot and stream.
     *
     * @return commits before it are in the snapshot, commits at or beyond it are in the stream
     */
    public Lsn consistentPoint() {
        return consistentPoint;
    }

    /**
     * Gives the name of the slot.
     *
     * @return the name
     */
    public String slotName() {
        return slotName;
    }

    /** Closes the replication connection; a permanent slot stays. */
    @Override
    public void close() throws SQLException {
        replicationConnection.close();
    }
}
