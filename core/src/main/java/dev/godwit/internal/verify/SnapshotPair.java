package dev.godwit.internal.verify;

import dev.godwit.replication.Lsn;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Both databases as they were at one position in the source's log. While it is open it holds the tables against TRUNCATE and whatever else
 * rewrites them, which a snapshot does not see as it was. Safe for use by any thread; sessions given out stay as they are when
 * the pair is closed.
 */
public interface SnapshotPair extends AutoCloseable {

    /**
     * Opens a session on the source.
     *
     * @return in a transaction that is REPEATABLE READ, READ ONLY and sees the source's snapshot, with the settings of
     *     {@link dev.godwit.replication.SessionSettings}; the caller closes it
     * @throws SQLException if it cannot be opened, or the snapshot is gone
     */
    Connection openSource() throws SQLException;

    /**
     * Opens a session on the target.
     *
     * @return likewise, under the target's snapshot
     * @throws SQLException if it cannot be opened, or the snapshot is gone
     */
    Connection openTarget() throws SQLException;

    /** Gives the position. */
    Lsn lsn();

    /**
     * Makes sure that what was read under the snapshots can be trusted: that nobody could rewrite or truncate a table meanwhile.
     *
     * @throws MigrationException if a session that keeps a snapshot has ended
     */
    void requireAlive();

    /** Ends the snapshots for those who have not joined them. */
    @Override
    void close() throws SQLException;
}
