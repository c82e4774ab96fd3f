package dev.godwit.internal.status;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.state.JoinStore;
import dev.godwit.internal.state.Ownership;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.apply.ChangeCounts;
import dev.godwit.replication.apply.CounterTable;
import dev.godwit.schema.TableName;
import dev.godwit.status.CopyStatus;
import dev.godwit.status.FailureStatus;
import dev.godwit.status.MigrationStatus;
import dev.godwit.status.ReplicationStatus;
import dev.godwit.status.ReverseStatus;
import dev.godwit.status.TableStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the target remembers of a status beside what the run itself goes by: {@code godwit.migration_status} and
 * {@code godwit.table_status}. Each call uses the connection it is given.
 *
 * @param migration the migration's name
 * @param ownership the right to write
 */
public record StatusStore(String migration, Ownership ownership) {

    private static final String CREATE = """
            SELECT pg_advisory_xact_lock(7166214, 0);
            CREATE TABLE IF NOT EXISTS godwit.migration_status (
                migration text PRIMARY KEY REFERENCES godwit.migration ON DELETE CASCADE,
                id text NOT NULL,
                source_server text NOT NULL,
                source_version text,
                target_server text NOT NULL,
                target_version text NOT NULL,
                ended timestamptz,
                phase text NOT NULL,
                failure_reason text,
                failure_next_step text,
                observed timestamptz NOT NULL DEFAULT clock_timestamp(),
                measured timestamptz,
                incoming_changes bigint,
                lag_bytes bigint,
                lag_ms bigint,
                catch_up_rate bigint,
                ready_at timestamptz,
                wal_retained_bytes bigint,
                copy_copied integer,
                copy_tables integer,
                copy_rows bigint,
                copy_bytes bigint,
                copy_done_bytes bigint,
                copy_total_bytes bigint,
                copy_rate bigint,
                copy_remaining_ms bigint,
                copy_throttled text,
                writes text,
                reverse_reason text,
                reverse_lag_bytes bigint,
                reverse_lag_ms bigint,
                reverse_wal_bytes bigint) WITH (fillfactor = 50);
            CREATE TABLE IF NOT EXISTS godwit.table_status (
                migration text NOT NULL REFERENCES godwit.migration ON DELETE CASCADE,
                schema_name text NOT NULL,
                table_name text NOT NULL,
                state text NOT NULL,
                started timestamptz,
                finish timestamptz,
                rows bigint,
                estimated_rows bigint,
                source_bytes bigint,
                bytes bigint,
                error text,
                changed timestamptz,
                PRIMARY KEY (migration, schema_name, table_name));
            """;

    /** A new process: what has stopped the one before is over. */
    private static final String BEGIN = """
            INSERT INTO godwit.migration_status AS s
                   (migration, id, source_server, target_server, target_version, phase)
            SELECT name, ?, ?, ?, current_setting('server_version'), phase FROM godwit.migration WHERE name = ?
            ON CONFLICT (migration) DO UPDATE
               SET source_server = excluded.source_server, target_server = excluded.target_server,
                   target_version = excluded.target_version, phase = excluded.phase, failure_reason = NULL,
                   failure_next_step = NULL, observed = clock_timestamp()
            """;

    private static final String STORE = """
            UPDATE godwit.migration_status
               SET source_version = ?, ended = ?, phase = ?, failure_reason = ?, failure_next_step = ?,
                   observed = clock_timestamp(), measured = ?, incoming_changes = ?, lag_bytes = ?, lag_ms = ?,
                   catch_up_rate = ?, ready_at = ?, wal_retained_bytes = ?, copy_copied = ?, copy_tables = ?,
                   copy_rows = ?, copy_bytes = ?, copy_done_bytes = ?, copy_total_bytes = ?, copy_rate = ?,
                   copy_remaining_ms = ?, copy_throttled = ?,
                   writes = ?, reverse_reason = ?, reverse_lag_bytes = ?, reverse_lag_ms = ?, reverse_wal_bytes = ?
             WHERE migration = ?
            """;

    private static final String STORE_TABLE = """
            INSERT INTO godwit.table_status (migration, schema_name, table_name, state, started, finish, rows,
                   estimated_rows, source_bytes, bytes, error, changed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (migration, schema_name, table_name) DO UPDATE
               SET state = excluded.state, started = excluded.started, finish = excluded.finish, rows = excluded.rows,
                   estimated_rows = excluded.estimated_rows, source_bytes = excluded.source_bytes,
                   bytes = excluded.bytes, error = excluded.error, changed = excluded.changed
            """;

    /**
     * What a run begins with.
     *
     * @param status as another process would read it
     * @param recorded the phase to go on from
     * @param counts the changes applied so far, per stream
     * @param applied the stored position; null before there is one
     */
    public record Loaded(
            MigrationStatus status,
            MigrationPhase recorded,
            Map<String, Map<RelationName, ChangeCounts>> counts,
            @Nullable Lsn applied) {}

    /** Creates what is missing, and records that a process begins. */
    void begin(Connection target, String sourceServer, String targetServer) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute(CREATE);
        }
        CounterTable.create(target);
        target.setAutoCommit(false);
        ownership.require(target);
        try (PreparedStatement insert = target.prepareStatement(BEGIN)) {
            insert.setString(1, UUID.randomUUID().toString());
            insert.setString(2, sourceServer);
            insert.setString(3, targetServer);
            insert.setString(4, migration);
            insert.executeUpdate();
        }
        target.commit();
        target.setAutoCommit(true);
    }

    /** Reads what is remembered, while nothing is being copied or applied. */
    public static Loaded load(ServerConnections target, String migration) throws SQLException {
        MigrationStatus status = MigrationStatus.read(target, migration);
        Map<String, Map<RelationName, ChangeCounts>> counts = new HashMap<>();
        try (Connection connection = target.open()) {
            for (String stream : List.of(migration, JoinStore.asideOf(migration))) {
                counts.put(stream, CounterTable.of(stream).read(connection));
            }
            return new Loaded(status, recorded(connection, migration), counts, applied(connection, migration));
        }
    }

    private static MigrationPhase recorded(Connection target, String migration) throws SQLException {
        try (PreparedStatement query = target.prepareStatement("SELECT phase FROM godwit.migration WHERE name = ?")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("migration '" + migration + "' is not recorded any more");
                }
                return MigrationPhase.valueOf(row.getString(1));
            }
        }
    }

    /** Gives the stored position; null before there is one. */
    static @Nullable Lsn applied(Connection target, String migration) throws SQLException {
        try (Statement statement = target.createStatement();
                ResultSet row = statement.executeQuery("SELECT to_regclass('godwit.apply_progress') IS NOT NULL")) {
            row.next();
            if (!row.getBoolean(1)) {
                return null;
            }
        }
        try (PreparedStatement query =
                target.prepareStatement("SELECT applied_lsn::text FROM godwit.apply_progress WHERE migration = ?")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Lsn.parse(row.getString(1)) : null;
            }
        }
    }

    /** A table has another name now. */
    public void rename(Connection target, TableName from, TableName to) throws SQLException {
        for (String stream : List.of(migration, JoinStore.asideOf(migration))) {
            CounterTable.of(stream)
                    .rename(
                            target,
                            new RelationName(from.schema(), from.name()),
                            new RelationName(to.schema(), to.name()));
        }
        try (PreparedStatement update = target.prepareStatement("UPDATE godwit.table_status SET schema_name = ?,"
                + " table_name = ? WHERE migration = ? AND schema_name = ? AND table_name = ?")) {
            update.setString(1, to.schema());
            update.setString(2, to.name());
            update.setString(3, migration);
            update.setString(4, from.schema());
            update.setString(5, from.name());
            update.executeUpdate();
        }
    }

    /** Stores where the run stands. */
    void store(Connection target, MigrationStatus status, Map<TableName, TableProgress> tables) throws SQLException {
        target.setAutoCommit(false);
        ownership.require(target);
        try (PreparedStatement update = target.prepareStatement(STORE)) {
            List<@Nullable Object> values = values(status);
            for (int i = 0; i < values.size(); i++) {
                set(update, i + 1, values.get(i));
            }
            update.executeUpdate();
        }
        if (!tables.isEmpty()) {
            try (PreparedStatement upsert = target.prepareStatement(STORE_TABLE)) {
                for (Map.Entry<TableName, TableProgress> table : tables.entrySet()) {
                    bind(upsert, table.getKey(), table.getValue());
                    upsert.addBatch();
                }
                upsert.executeBatch();
            }
        }
        target.commit();
    }

    private List<@Nullable Object> values(MigrationStatus status) {
        ReplicationStatus replication = status.replication();
        CopyStatus copy = status.copy();
        FailureStatus failure = status.failure();
        List<@Nullable Object> values = new ArrayList<>();
        values.add(status.source().version());
        values.add(status.endedOn());
        values.add(status.phase().name());
        values.add(failure == null ? null : failure.reason());
        values.add(failure == null ? null : failure.nextStep());
        values.add(replication.measuredAt());
        values.add(replication.incomingChanges());
        values.add(replication.lagBytes());
        values.add(millis(replication.lag()));
        values.add(replication.catchUpBytesPerSecond());
        values.add(replication.estimatedReadyAt());
        values.add(replication.walRetainedBytes());
        values.add(copy == null ? null : copy.copiedTables());
        values.add(copy == null ? null : copy.tables());
        values.add(copy == null ? null : copy.rows());
        values.add(copy == null ? null : copy.bytes());
        values.add(copy == null ? null : copy.doneBytes());
        values.add(copy == null ? null : copy.totalBytes());
        values.add(copy == null ? null : copy.bytesPerSecond());
        values.add(copy == null ? null : millis(copy.remaining()));
        values.add(copy == null ? null : copy.throttled());
        ReverseStatus reverse = status.reverse();
        values.add(status.writes().name());
        values.add(reverse == null ? null : reverse.reason());
        values.add(reverse == null ? null : reverse.lagBytes());
        values.add(reverse == null ? null : millis(reverse.lag()));
        values.add(reverse == null ? null : reverse.walRetainedBytes());
        values.add(migration);
        return values;
    }

    private void bind(PreparedStatement upsert, TableName name, TableProgress table) throws SQLException {
        TableStatus.FullLoad load = table.load();
        set(upsert, 1, migration);
        set(upsert, 2, name.schema());
        set(upsert, 3, name.name());
        set(upsert, 4, load.state().name());
        set(upsert, 5, load.startedOn());
        set(upsert, 6, load.estimatedFinish());
        set(upsert, 7, load.rows());
        set(upsert, 8, load.estimatedRows());
        set(upsert, 9, load.sourceBytes());
        set(upsert, 10, load.copiedBytes());
        set(upsert, 11, load.error());
        set(upsert, 12, table.modified());
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis();
    }

    /** Of what is null the server knows the type by itself. */
    private static void set(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        if (value == null) {
            statement.setNull(index, Types.NULL);
        } else if (value instanceof Instant instant) {
            statement.setObject(index, instant.atOffset(ZoneOffset.UTC));
        } else {
            statement.setObject(index, value);
        }
    }
}
