package dev.godwit.status;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ServerConnections;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a status from what the target remembers, as of one moment. */
final class StatusReader {
    /** Whose lock it is is written in {@code internal.state.Ownership}, which this package does not see. */
    private static final String MIGRATION = """
            SELECT m.phase AS recorded, m.failure, m.cutover_step, m.source_database, m.created, m.updated, pg_catalog.now() AS now,
                   EXISTS (SELECT FROM pg_catalog.pg_locks l
                            WHERE l.locktype = 'advisory' AND l.classid = 7166213 AND l.granted
                              AND l.objid = (pg_catalog.hashtext(m.name)::bigint & 4294967295)::oid
                              AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                                                 WHERE d.datname = pg_catalog.current_database())) AS running,
                   s.*
              FROM godwit.migration m
              JOIN godwit.migration_status s ON s.migration = m.name
             WHERE m.name = ?
            """;

    /** Changes of a table that joins are counted under a name of their own, see {@code internal.state.JoinStore}. */
    private static final String TABLES = """
            SELECT t.schema_name, t.table_name, t.state IN ('COPIED', 'APART', 'JOINED') AS loaded,
                   t.rows AS loaded_rows, t.bytes AS loaded_bytes, t.started AS load_started, t.ended,
                   d.state AS live_state, d.started, d.finish, d.rows, d.estimated_rows, d.source_bytes, d.bytes, d.error,
                   coalesce(c.inserts, 0) AS inserts, coalesce(c.updates, 0) AS updates,
                   coalesce(c.deletes, 0) AS deletes, coalesce(c.truncates, 0) AS truncates,
                   coalesce(c.conflicts, 0) AS conflicts,
                   greatest(d.changed, c.changed, CASE WHEN t.state IN ('COPIED', 'APART', 'JOINED') THEN t.ended END)
                       AS modified
              FROM godwit.table_state t
              LEFT JOIN godwit.table_status d USING (migration, schema_name, table_name)
              LEFT JOIN (SELECT schema_name, table_name, sum(inserts)::bigint AS inserts, sum(updates)::bigint AS updates,
                                sum(deletes)::bigint AS deletes, sum(truncates)::bigint AS truncates,
                                sum(conflicts)::bigint AS conflicts, max(changed) AS changed
                           FROM godwit.apply_counter WHERE migration IN (?, ? || '/aside')
                          GROUP BY 1, 2) c USING (schema_name, table_name)
             WHERE t.migration = ? AND t.state NOT IN ('NOT_COPIED', 'GONE')
             ORDER BY t.schema_name COLLATE "C", t.table_name COLLATE "C"
            """;

    /** They are not recorded as the phase to go on from. */
    private static final Set<MigrationPhase> OF_THE_PROCESS =
            EnumSet.of(MigrationPhase.PAUSED, MigrationPhase.FAILED, MigrationPhase.CANCELLED);

    private static final Set<MigrationPhase> LOADED = EnumSet.of(
            MigrationPhase.CATCH_UP,
            MigrationPhase.READY_TO_CUTOVER,
            MigrationPhase.CUTOVER,
            MigrationPhase.COMPLETED,
            MigrationPhase.REVERSE_SYNC,
            MigrationPhase.ROLLBACK,
            MigrationPhase.ROLLED_BACK,
            MigrationPhase.FINALIZED);

    private StatusReader() {}

    static MigrationStatus read(ServerConnections target, String name) {
        try (Connection connection = target.open()) {
            requireTables(connection, target);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            try (PreparedStatement query = connection.prepareStatement(MIGRATION)) {
                query.setString(1, name);
                try (ResultSet row = query.executeQuery()) {
                    if (!row.next()) {
                        throw unknown(target, name);
                    }
                    MigrationStatus status = migration(row, name, connection);
                    connection.rollback();
                    return status;
                }
            }
        } catch (SQLException e) {
            throw new MigrationException(
                    null, "the status of migration '" + name + "' could not be read: " + e.getMessage(), e);
        }
    }

    private static void requireTables(Connection connection, ServerConnections target) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT to_regclass('godwit.migration_status') IS NOT NULL AND"
                        + " to_regclass('godwit.apply_counter') IS NOT NULL")) {
            row.next();
            if (!row.getBoolean(1)) {
                throw new MigrationException(null, target + " remembers no migration; is this the target?", null);
            }
        }
    }

    private static MigrationException unknown(ServerConnections target, String name) {
        return new MigrationException(
                null,
                target + " remembers no migration '" + name
                        + "': it was not started yet, or was cancelled or cleaned up, or"
                        + " has another name or target",
                null);
    }

    private static MigrationStatus migration(ResultSet row, String name, Connection connection) throws SQLException {
        MigrationPhase recorded = MigrationPhase.valueOf(row.getString("recorded"));
        MigrationPhase live = MigrationPhase.valueOf(row.getString("phase"));
        MigrationPhase phase = recorded != MigrationPhase.COMPLETED && OF_THE_PROCESS.contains(live) ? live : recorded;
        boolean running = row.getBoolean("running");
        MigrationState state = MigrationState.of(phase);
        Instant ended = time(row, "ended");
        Instant now = required(time(row, "now"));
        return new MigrationStatus(
                row.getString("id"),
                name,
                row.getString("source_database"),
                new ServerStatus(row.getString("source_server"), row.getString("source_version")),
                new ServerStatus(row.getString("target_server"), row.getString("target_version")),
                phase,
                running ? state : state.abandoned(),
                LOADED.contains(recorded),
                required(time(row, "created")),
                state.isFinal() && ended == null ? time(row, "updated") : ended,
                state.isFinal() && phase != MigrationPhase.REVERSE_SYNC ? now : required(time(row, "observed")),
                running,
                replication(row, state),
                copy(row),
                new VerificationStatus(null, lastVerification(connection, name)),
                writes(row, recorded, running),
                reverse(row, recorded, running),
                failure(row, phase, !running && state.abandoned() == MigrationState.INTERRUPTED),
                tables(connection, name, running));
    }

    /** What a process that is gone had fenced is open again, unless it had sealed it. */
    private static WriteSide writes(ResultSet row, MigrationPhase recorded, boolean running) throws SQLException {
        String stored = row.getString("writes");
        if (running && stored != null) {
            return WriteSide.valueOf(stored);
        }
        String step = row.getString("cutover_step");
        return switch (recorded) {
            case CUTOVER ->
                step == null ? WriteSide.SOURCE : step.equals("SWITCHING") ? WriteSide.TARGET : WriteSide.NEITHER;
            case ROLLBACK -> WriteSide.NEITHER;
            case COMPLETED, REVERSE_SYNC, FINALIZED -> WriteSide.TARGET;
            default -> WriteSide.SOURCE;
        };
    }

    private static @Nullable ReverseStatus reverse(ResultSet row, MigrationPhase recorded, boolean running)
            throws SQLException {
        if (recorded != MigrationPhase.REVERSE_SYNC && recorded != MigrationPhase.ROLLBACK) {
            return null;
        }
        if (!running) {
            return ReverseStatus.blocked("no process keeps the old server in step; Migration.resume() makes one");
        }
        String reason = row.getString("reverse_reason");
        return new ReverseStatus(
                reason == null,
                reason,
                number(row, "reverse_lag_bytes"),
                millis(row, "reverse_lag_ms"),
                number(row, "reverse_wal_bytes"));
    }

    private static ReplicationStatus replication(ResultSet row, MigrationState state) throws SQLException {
        if (state == MigrationState.COMPLETED) {
            return new ReplicationStatus(time(row, "measured"), 0L, 0L, Duration.ZERO, null, null, 0L);
        }
        return new ReplicationStatus(
                time(row, "measured"),
                number(row, "incoming_changes"),
                number(row, "lag_bytes"),
                millis(row, "lag_ms"),
                number(row, "catch_up_rate"),
                time(row, "ready_at"),
                number(row, "wal_retained_bytes"));
    }

    private static VerificationStatus.@Nullable Outcome lastVerification(Connection connection, String name)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT to_regclass('godwit.verification') IS NOT NULL")) {
            row.next();
            if (!row.getBoolean(1)) {
                return null;
            }
        }
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT * FROM godwit.verification WHERE migration = ? ORDER BY id DESC LIMIT 1")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? new VerificationStatus.Outcome(
                                Lsn.parse(row.getString("lsn")),
                                required(time(row, "taken")),
                                required(time(row, "ended")),
                                row.getBoolean("whole"),
                                row.getBoolean("equal"),
                                row.getInt("tables"),
                                row.getLong("rows"),
                                row.getLong("differing_rows"))
                        : null;
            }
        }
    }

    private static @Nullable CopyStatus copy(ResultSet row) throws SQLException {
        Long tables = number(row, "copy_tables");
        if (tables == null) {
            return null;
        }
        return new CopyStatus(
                row.getInt("copy_copied"),
                tables.intValue(),
                row.getLong("copy_rows"),
                row.getLong("copy_bytes"),
                row.getLong("copy_done_bytes"),
                row.getLong("copy_total_bytes"),
                row.getLong("copy_rate"),
                millis(row, "copy_remaining_ms"),
                row.getString("copy_throttled"));
    }

    private static @Nullable FailureStatus failure(ResultSet row, MigrationPhase phase, boolean interrupted)
            throws SQLException {
        boolean standsStill = phase == MigrationPhase.FAILED || phase == MigrationPhase.PAUSED;
        String reason = row.getString("failure_reason");
        // It may be recorded by a process that ended before it stored the rest.
        String known = reason == null && standsStill ? row.getString("failure") : reason;
        String next = row.getString("failure_next_step");
        FailureStatus failure = known == null
                ? null
                : new FailureStatus(known, next == null ? "do as the reason says, then resume()" : next);
        return interrupted ? FailureStatus.abandoned(phase, failure) : failure;
    }

    private static List<TableStatus> tables(Connection connection, String name, boolean running) throws SQLException {
        List<TableStatus> tables = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(TABLES)) {
            query.setString(1, name);
            query.setString(2, name);
            query.setString(3, name);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    tables.add(new TableStatus(
                            row.getString("schema_name"),
                            row.getString("table_name"),
                            load(row, running),
                            new AppliedChanges(
                                    row.getLong("inserts"),
                                    row.getLong("updates"),
                                    row.getLong("deletes"),
                                    row.getLong("truncates")),
                            row.getLong("conflicts"),
                            time(row, "modified")));
                }
            }
        }
        return tables;
    }

    private static TableStatus.FullLoad load(ResultSet row, boolean running) throws SQLException {
        Long estimated = number(row, "estimated_rows");
        Long size = number(row, "source_bytes");
        Instant started = time(row, "started");
        if (row.getBoolean("loaded")) {
            Instant ended = time(row, "ended");
            return new TableStatus.FullLoad(
                    TableLoadState.COMPLETED,
                    // What a table that was copied in parts has recorded is the moment of its last part.
                    started == null || (ended != null && started.isAfter(ended)) ? time(row, "load_started") : started,
                    ended,
                    ended,
                    number(row, "loaded_rows"),
                    estimated,
                    size,
                    number(row, "loaded_bytes"),
                    null);
        }
        String live = row.getString("live_state");
        TableLoadState state = live == null ? TableLoadState.QUEUED : TableLoadState.valueOf(live);
        if (state == TableLoadState.QUEUED || state == TableLoadState.COMPLETED) {
            return queued(estimated, size);
        }
        if (state == TableLoadState.LOADING && !running) {
            // The target has rolled back what a process had copied that is gone.
            return queued(estimated, size);
        }
        return new TableStatus.FullLoad(
                state,
                started,
                null,
                state == TableLoadState.LOADING ? time(row, "finish") : null,
                number(row, "rows"),
                estimated,
                size,
                number(row, "bytes"),
                row.getString("error"));
    }

    private static TableStatus.FullLoad queued(@Nullable Long estimatedRows, @Nullable Long sourceBytes) {
        return new TableStatus.FullLoad(
                TableLoadState.QUEUED, null, null, null, null, estimatedRows, sourceBytes, null, null);
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static Instant required(@Nullable Instant time) {
        if (time == null) {
            throw new IllegalStateException("the target's record of the migration lacks a time");
        }
        return time;
    }

    private static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : number;
    }

    private static @Nullable Duration millis(ResultSet row, String column) throws SQLException {
        Long millis = number(row, column);
        return millis == null ? null : Duration.ofMillis(millis);
    }
}
