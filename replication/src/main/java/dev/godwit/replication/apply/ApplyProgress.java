package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers on the target how far changes are applied, in the same transaction as the changes.
 *
 * <p>Called by the applying thread only, with its session.
 */
public interface ApplyProgress {

    /**
     * Reads the position. A transaction of an earlier session that may still commit must have ended before: it has called
     * {@link #advance} and may be waiting in its COMMIT without anybody listening to it.
     *
     * @param target the applying session, between transactions
     * @return every commit before it is applied
     * @throws SQLException if the server refuses
     * @throws StaleOwnerException if somebody else has taken over
     */
    Lsn read(Connection target) throws SQLException;

    /**
     * Writes the position inside the transaction that applies the changes up to it; it is committed right after.
     *
     * @param target the applying session, inside the transaction
     * @param appliedEnd the end of the last commit applied, or a later position without commits in between
     * @param commitTime when that commit happened on the source, null to leave the stored time as it is
     * @throws SQLException if the server refuses
     * @throws StaleOwnerException if somebody else has taken over; the transaction is then rolled back
     */
    void advance(Connection target, Lsn appliedEnd, @Nullable Instant commitTime) throws SQLException;

    /**
     * As {@link #advance(Connection, Lsn, Instant)}, and counts the changes that were applied. Default: does not count them.
     *
     * @param target the applying session, inside the transaction
     * @param appliedEnd the end of the last commit applied
     * @param commitTime when that commit happened on the source, null to leave the stored time as it is
     * @param changes the source's changes between the stored position and this one, per table under its name on the target
     * @throws SQLException if the server refuses
     * @throws StaleOwnerException if somebody else has taken over; the transaction is then rolled back
     */
    default void advance(
            Connection target, Lsn appliedEnd, @Nullable Instant commitTime, Map<RelationName, ChangeCounts> changes)
            throws SQLException {
        advance(target, appliedEnd, commitTime);
    }

    /**
     * Reads what was counted before the position. Default: nothing.
     *
     * @param target the applying session, in the transaction that has read the position
     * @return the counts, per table under its name on the target
     * @throws SQLException if the server refuses
     */
    default Map<RelationName, ChangeCounts> readCounts(Connection target) throws SQLException {
        return Map.of();
    }
}
