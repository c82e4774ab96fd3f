package dev.godwit.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the status document. */
final class StatusJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Microseconds, as the servers have them; the offset as +00:00, as Azure writes it. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx");

    private static final String TASK_TYPE = "Migrate.PostgreSql.Sync";

    private StatusJson() {}

    static String write(TaskStatus task) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        ArrayNode output = document.putArray("output");
        output.add(migration(task));
        task.databases().forEach(database -> output.add(database(database)));
        task.databases().forEach(database -> database.tables().forEach(table -> output.add(table(database, table))));
        document.put("state", taskState(task.state()));
        document.put("taskType", TASK_TYPE);
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a status cannot be written as JSON", e);
        }
    }

    private static String taskState(MigrationState state) {
        return switch (state) {
            case COMPLETED -> "Succeeded";
            case ROLLED_BACK -> "RolledBack";
            case FAILED -> "Failed";
            case CANCELLED -> "Canceled";
            case INTERRUPTED -> "Interrupted";
            default -> "Running";
        };
    }

    /** As Azure shows it, a migration that has not ended is PENDING. */
    private static String migrationState(MigrationState state) {
        return switch (state) {
            case COMPLETED, ROLLED_BACK, FAILED, CANCELLED, INTERRUPTED, PAUSED -> state.name();
            default -> "PENDING";
        };
    }

    private static ObjectNode migration(TaskStatus task) {
        List<MigrationStatus> databases = task.databases();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("resultType", "MigrationLevelOutput");
        node.put("id", task.id());
        node.put("databaseCount", databases.size());
        node.put("state", migrationState(task.state()));
        node.put(
                "sourceServer",
                servers(databases.stream().map(MigrationStatus::source).toList()));
        node.put(
                "sourceVersion",
                versions(databases.stream().map(MigrationStatus::source).toList()));
        node.put(
                "targetServer",
                servers(databases.stream().map(MigrationStatus::target).toList()));
        node.put(
                "targetVersion",
                versions(databases.stream().map(MigrationStatus::target).toList()));
        node.put("startedOn", time(task.startedOn()));
        node.put("endedOn", time(task.endedOn()));
        return node;
    }

    private static String servers(List<ServerStatus> servers) {
        return TaskStatus.together(servers.stream().map(ServerStatus::server).toList());
    }

    private static @Nullable String versions(List<ServerStatus> servers) {
        List<String> versions = servers.stream()
                .map(ServerStatus::version)
                .filter(Objects::nonNull)
                .map(version -> "PostgreSQL " + version)
                .toList();
        return versions.isEmpty() ? null : TaskStatus.together(versions);
    }

    private static ObjectNode database(MigrationStatus status) {
        AppliedChanges changes = status.changes();
        ReplicationStatus replication = status.replication();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("resultType", "DatabaseLevelOutput");
        node.put("id", "db|" + status.database());
        node.put("databaseName", status.database());
        node.put("migrationState", status.state().name());
        node.put("initializationCompleted", status.initializationCompleted());
        node.put("startedOn", time(status.startedOn()));
        node.put("endedOn", time(status.endedOn()));
        Duration lag = replication.lag();
        node.put("latency", lag == null ? null : lag.toSeconds());
        node.put("incomingChanges", replication.incomingChanges());
        node.put("appliedChanges", changes.total());
        counters(node, changes);
        node.put("fullLoadQueuedTables", status.count(TableLoadState.QUEUED));
        node.put("fullLoadLoadingTables", status.count(TableLoadState.LOADING));
        node.put("fullLoadCompletedTables", status.count(TableLoadState.COMPLETED));
        node.put("fullLoadErroredTables", status.count(TableLoadState.ERRORED));
        node.set("godwit", additions(status, changes));
        return node;
    }

    private static void counters(ObjectNode node, AppliedChanges changes) {
        node.put("cdcInsertCounter", changes.inserts());
        node.put("cdcUpdateCounter", changes.updates());
        node.put("cdcDeleteCounter", changes.deletes());
    }

    private static ObjectNode additions(MigrationStatus status, AppliedChanges changes) {
        ReplicationStatus replication = status.replication();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("migration", status.name());
        node.put("phase", status.phase().name());
        node.put("running", status.running());
        node.put("asOf", time(status.asOf()));
        node.put("measuredAt", time(replication.measuredAt()));
        node.put("lagBytes", replication.lagBytes());
        node.put("lagSeconds", seconds(replication.lag()));
        node.put("catchUpRate", replication.catchUpBytesPerSecond());
        node.put("estimatedReadyAt", time(replication.estimatedReadyAt()));
        node.put("walRetainedBytes", replication.walRetainedBytes());
        node.put("cdcTruncateCounter", changes.truncates());
        node.put("writes", status.writes().name());
        node.set("reverse", reverse(status.reverse()));
        node.set("copy", copy(status.copy()));
        node.set("verification", verification(status.verification()));
        FailureStatus failure = status.failure();
        if (failure == null) {
            node.putNull("failure");
        } else {
            node.putObject("failure").put("reason", failure.reason()).put("nextStep", failure.nextStep());
        }
        return node;
    }

    private static @Nullable ObjectNode reverse(@Nullable ReverseStatus reverse) {
        if (reverse == null) {
            return null;
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("rollbackPossible", reverse.rollbackPossible());
        node.put("reason", reverse.reason());
        node.put("lagBytes", reverse.lagBytes());
        node.put("lagSeconds", seconds(reverse.lag()));
        node.put("walRetainedBytes", reverse.walRetainedBytes());
        return node;
    }

    private static @Nullable ObjectNode copy(@Nullable CopyStatus copy) {
        if (copy == null) {
            return null;
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("copiedTables", copy.copiedTables());
        node.put("tables", copy.tables());
        node.put("rows", copy.rows());
        node.put("bytes", copy.bytes());
        node.put("doneBytes", copy.doneBytes());
        node.put("totalBytes", copy.totalBytes());
        node.put("bytesPerSecond", copy.bytesPerSecond());
        node.put("remainingSeconds", seconds(copy.remaining()));
        node.put("throttled", copy.throttled());
        return node;
    }

    private static ObjectNode verification(VerificationStatus verification) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        VerificationStatus.Progress progress = verification.progress();
        if (progress == null) {
            node.putNull("progress");
        } else {
            ObjectNode now = node.putObject("progress");
            now.put("lsn", progress.lsn().toString());
            now.put("startedOn", time(progress.startedOn()));
            now.put("tablesDone", progress.tablesDone());
            now.put("tables", progress.tables());
            now.put("rows", progress.rows());
            now.put("bytes", progress.bytes());
            now.put("totalBytes", progress.totalBytes());
            now.put("differingTables", progress.differingTables());
        }
        VerificationStatus.Outcome last = verification.last();
        if (last == null) {
            node.putNull("last");
        } else {
            ObjectNode outcome = node.putObject("last");
            outcome.put("lsn", last.lsn().toString());
            outcome.put("takenOn", time(last.takenOn()));
            outcome.put("endedOn", time(last.endedOn()));
            outcome.put("whole", last.whole());
            outcome.put("equal", last.equal());
            outcome.put("tables", last.tables());
            outcome.put("rows", last.rows());
            outcome.put("differingRows", last.differingRows());
        }
        return node;
    }

    private static ObjectNode table(MigrationStatus status, TableStatus table) {
        TableStatus.FullLoad load = table.load();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("resultType", "TableLevelOutput");
        node.put("id", "or|" + status.database() + "|" + table.schema() + "|" + table.table());
        node.put("tableName", table.schema() + "." + table.table());
        node.put("databaseName", status.database());
        node.put("state", load.state().name());
        node.put("fullLoadStartedOn", time(load.startedOn()));
        node.put("fullLoadEndedOn", time(load.endedOn()));
        node.put("fullLoadEstFinishTime", time(load.estimatedFinish()));
        node.put("fullLoadTotalRows", load.rows());
        node.put("fullLoadTotalVolumeBytes", load.sourceBytes());
        counters(node, table.changes());
        node.put("totalChangesApplied", table.changes().total());
        node.put("dataErrorsCount", table.dataErrors());
        node.put("lastModifiedTime", time(table.lastModified()));
        ObjectNode own = node.putObject("godwit");
        own.put("cdcTruncateCounter", table.changes().truncates());
        own.put("estimatedRows", load.estimatedRows());
        own.put("copiedBytes", load.copiedBytes());
        own.put("error", load.error());
        return node;
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : TIME.format(time.atOffset(ZoneOffset.UTC));
    }

    private static @Nullable Double seconds(@Nullable Duration duration) {
        return duration == null ? null : duration.toMillis() / 1000.0;
    }
}
