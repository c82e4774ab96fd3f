package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Progress in the table {@code godwit.apply_progress} of the target, guarded by an owner epoch.
 *
 * <p>Whoever takes over raises the epoch; every later write under an earlier one fails. Immutable; any thread may use it
 * with its own connection.
 */
public final class ProgressTable implements ApplyProgress {

    private static final String CREATE = "CREATE TABLE IF NOT EXISTS godwit.apply_progress ("
            + "migration text PRIMARY KEY, epoch bigint NOT NULL, applied_lsn pg_lsn NOT NULL, commit_time timestamptz)";

    private static final String ADVANCE = "UPDATE godwit.apply_progress"
            + " SET applied_lsn = ?::pg_lsn, commit_time = coalesce(?::timestamptz, commit_time)"
            + " WHERE migration = ? AND epoch = ? AND applied_lsn <= ?::pg_lsn";

    private final String migration;
    private final long epoch;

    private ProgressTable(String migration, long epoch) {
        this.migration = migration;
        this.epoch = epoch;
    }

    /**
     * Creates schema and table if they do not exist.
     *
     * @param target a session on the target
     * @throws SQLException if the server refuses
     */
    public static void create(Connection target) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS godwit");
            statement.execute(CREATE);
            statement.execute(ApplierPositions.CREATE);
            statement.execute(CounterTable.CREATE);
        }
    }

    /**
     * Stores the first position of a migration.
     *
     * @param target a session on the target
     * @param migration the migration's name
     * @param applied where the stream is to begin, the slot's consistent point
     * @param epoch the owner's epoch
     * @return the progress to apply with
     * @throws SQLException if the server refuses, or with SQLSTATE 23505 if the migration has a position already
     */
    public static ProgressTable initialise(Connection target, String migration, Lsn applied, long epoch)
            throws SQLException {
        try (PreparedStatement insert = target.prepareStatement(
                "INSERT INTO godwit.apply_progress (migration, epoch, applied_lsn) VALUES (?, ?, ?::pg_lsn)")) {
            insert.setString(1, migration);
            insert.setLong(2, epoch);
            insert.setString(3, applied.toString());
            insert.executeUpdate();
        }
        return new ProgressTable(migration, epoch);
    }

    /**
     * Takes a migration over from its former owner, which can write no more from then on.
     *
     * @param target a session on the target
     * @param migration the migration's name
     * @param epoch the new owner's epoch, higher than the stored one
     * @return the progress to apply with
     * @throws SQLException if the server refuses
     * @throws StaleOwnerException if there is no such migration or its epoch is not lower
     */
    public static ProgressTable takeOver(Connection target, String migration, long epoch) throws SQLException {
        try (PreparedStatement update = target.prepareStatement(
                "UPDATE godwit.apply_progress SET epoch = ? WHERE migration = ? AND epoch < ?")) {
            update.setLong(1, epoch);
            update.setString(2, migration);
            update.setLong(3, epoch);
            if (update.executeUpdate() != 1) {
                throw new StaleOwnerException("migration '" + migration + "' cannot be taken over with epoch " + epoch
                        + ": it has no stored position, or an owner with this or a higher epoch");
            }
        }
        return new ProgressTable(migration, epoch);
    }

    /**
     * Gives the progress of an owner whose epoch is stored already.
     *
     * @param migration the migration's name
     * @param epoch the owner's epoch
     * @return the progress to apply with
     */
    public static ProgressTable of(String migration, long epoch) {
        return new ProgressTable(migration, epoch);
    }

    /**
     * Gives the name under which the position is stored.
     *
     * @return the migration's name
     */
    public String migration() {
        return migration;
    }

    /**
     * Tells whether further appliers have committed a part of what comes after the position: of a batch that was broken off, which
     * the next session completes. Nobody must be applying.
     *
     * @param target a session on the target
     * @param applied the position
     * @return true if some have
     * @throws SQLException if the server refuses
     */
    public boolean isPartlyBeyond(Connection target, Lsn applied) throws SQLException {
        return furthest(target, applied).isAfter(applied);
    }

    /**
     * Gives how far the furthest of several appliers has come: until that is applied, rows of different appliers stand at different
     * points. Nobody must be applying.
     *
     * @param target a session on the target
     * @param applied the position
     * @return where the furthest one stands; the position itself if none is beyond it
     * @throws SQLException if the server refuses
     */
    public Lsn furthest(Connection target, Lsn applied) throws SQLException {
        return Lsn.max(applied, ofAppliers().aheadOf(target, applied).furthest());
    }

    /** Gives the positions of further appliers, under the same owner. */
    ApplierPositions ofAppliers() {
        return new ApplierPositions(migration, epoch);
    }

    /**
     * Reads the position, after the end of a transaction that may still be about to advance it: a session that was lost while its
     * COMMIT was on the way has the row locked until the server has finished with it.
     */
    @Override
    public Lsn read(Connection target) throws SQLException {
        try (PreparedStatement query = target.prepareStatement(
                "SELECT applied_lsn::text FROM godwit.apply_progress WHERE migration = ? AND epoch = ? FOR UPDATE")) {
            query.setString(1, migration);
            query.setLong(2, epoch);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw stale("reading the applied position");
                }
                return Lsn.parse(row.getString(1));
            }
        }
    }

    @Override
    public void advance(Connection target, Lsn appliedEnd, @Nullable Instant commitTime) throws SQLException {
        try (PreparedStatement update = target.prepareStatement(ADVANCE)) {
            advance(update, 0, appliedEnd, commitTime);
        }
    }

    @Override
    public void advance(
            Connection target, Lsn appliedEnd, @Nullable Instant commitTime, Map<RelationName, ChangeCounts> changes)
            throws SQLException {
        if (changes.isEmpty()) {
            advance(target, appliedEnd, commitTime);
            return;
        }
        try (PreparedStatement update = target.prepareStatement(CounterTable.ADD + ADVANCE)) {
            CounterTable.of(migration).bind(update, changes);
            advance(update, CounterTable.PARAMETERS, appliedEnd, commitTime);
        }
    }

    private void advance(PreparedStatement update, int before, Lsn appliedEnd, @Nullable Instant commitTime)
            throws SQLException {
        update.setString(before + 1, appliedEnd.toString());
        if (commitTime == null) {
            update.setNull(before + 2, Types.TIMESTAMP_WITH_TIMEZONE);
        } else {
            update.setObject(before + 2, commitTime.atOffset(ZoneOffset.UTC));
        }
        update.setString(before + 3, migration);
        update.setLong(before + 4, epoch);
        update.setString(before + 5, appliedEnd.toString());
        if (update.executeUpdate() != 1) {
            throw stale("advancing the applied position to " + appliedEnd);
        }
    }

    @Override
    public Map<RelationName, ChangeCounts> readCounts(Connection target) throws SQLException {
        return CounterTable.of(migration).read(target);
    }

    private StaleOwnerException stale(String attempt) {
        return new StaleOwnerException(
                attempt + " of migration '" + migration + "' with epoch " + epoch
                        + " found no such row: another process has taken the migration over, or the position is further already");
    }
}
