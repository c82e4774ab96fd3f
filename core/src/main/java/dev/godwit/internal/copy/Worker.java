package dev.godwit.internal.copy;

import dev.godwit.internal.schema.StepRunner;
import dev.godwit.internal.state.TableRecord;
import dev.godwit.replication.DriverLog;
import dev.godwit.replication.WithoutValues;
import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one {@link Work}: rows, or what is built, and the marks in the same transactions. Nothing is flushed here, since the commit
 * that ends the phase flushes everything before it. After an exception the sessions are unfit for further use.
 */
final class Worker {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final CopyJob job;
    private final Workplace place;
    private final Sessions sessions;

    Worker(CopyJob job, Workplace place, Sessions sessions) {
        this.job = job;
        this.place = place;
        this.sessions = sessions;
    }

    /** Does a work; a failure holds no row values. */
    @SuppressWarnings("try")
    WorkResult run(Work work) throws SQLException, InterruptedException {
        try (DriverLog.Quiet quiet = DriverLog.quiet()) {
            return doIt(work);
        } catch (SQLException e) {
            throw WithoutValues.of(e);
        }
    }

    private WorkResult doIt(Work work) throws SQLException, InterruptedException {
        if (work instanceof Work.Tables tables) {
            return copyTables(tables);
        }
        if (work instanceof Work.Chunk chunk) {
            return copyChunk(chunk);
        }
        return build((Work.Steps) work);
    }

    private interface Transaction<T> {
        T run() throws SQLException, InterruptedException;
    }

    /** What is refused leaves nothing, or it would pass for done. After a failure the sessions are given up, and what they did. */
    private static <T> T inTransaction(Connection target, Transaction<T> transaction)
            throws SQLException, InterruptedException {
        target.setAutoCommit(false);
        T result = transaction.run();
        if (result instanceof WorkResult work && work.refused()) {
            target.rollback();
        } else {
            target.commit();
        }
        target.setAutoCommit(true);
        return result;
    }

    private WorkResult copyTables(Work.Tables work) throws SQLException, InterruptedException {
        Connection target = sessions.target();
        return inTransaction(target, () -> {
            Set<TableName> waiting = job.marks()
                    .waiting(target, work.tables().stream().map(CopyTable::name).toList());
            List<CopyTable> tables = work.tables().stream()
                    .filter(table -> waiting.contains(table.name()))
                    .toList();
            if (tables.isEmpty()) {
                // An attempt whose answer was lost has succeeded.
                return new WorkResult(List.of(), List.of());
            }
            Connection source = sessions.source();
            if (locked(source, tables)) {
                return copyTables(source, target, tables, work.steps());
            }
            SnapshotSession keeper = place.keeper();
            return keeper == null || tables.size() > 1
                    ? WorkResult.REFUSED
                    : keeper.copyBy(own -> copyTables(own, target, tables, work.steps()));
        });
    }

    private WorkResult copyTables(Connection source, Connection target, List<CopyTable> tables, List<SchemaStep> steps)
            throws SQLException, InterruptedException {
        withoutTriggers(target);
        List<WorkResult.Copied> copied = new ArrayList<>();
        Map<TableName, TableRecord> records = new LinkedHashMap<>();
        boolean frozen = TableCopier.empty(target, tables);
        for (CopyTable table : tables) {
            long started = System.nanoTime();
            TableCopier.Copied rows = copy(source, target, table, "", frozen);
            copied.add(
                    new WorkResult.Copied(table.name(), rows, frozen, Duration.ofNanos(System.nanoTime() - started)));
            records.put(table.name(), new TableRecord(job.consistentPoint(), rows.rows(), rows.bytes()));
        }
        List<WorkResult.StepDone> done = buildTogether(target, steps);
        job.marks().recordCopied(target, records);
        return new WorkResult(copied, done);
    }

    private WorkResult copyChunk(Work.Chunk chunk) throws SQLException, InterruptedException {
        Connection target = sessions.target();
        CopyTable table = chunk.table();
        return inTransaction(target, () -> {
            if (!job.marks().chunks().claim(target, table.name(), chunk.number(), job.consistentPoint())) {
                return new WorkResult(List.of(), List.of());
            }
            Connection source = sessions.source();
            if (locked(source, List.of(table))) {
                return copyChunk(source, target, chunk);
            }
            SnapshotSession keeper = place.keeper();
            return keeper == null ? WorkResult.REFUSED : keeper.copyBy(own -> copyChunk(own, target, chunk));
        });
    }

    private WorkResult copyChunk(Connection source, Connection target, Work.Chunk chunk)
            throws SQLException, InterruptedException {
        long started = System.nanoTime();
        withoutTriggers(target);
        TableName name = chunk.table().name();
        TableCopier.Copied rows = copy(source, target, chunk.table(), chunk.condition(), false);
        job.marks().chunks().record(target, name, chunk.number(), rows.rows(), rows.bytes());
        Duration took = Duration.ofNanos(System.nanoTime() - started);
        return new WorkResult(List.of(new WorkResult.Copied(name, rows, false, took)), List.of());
    }

    private TableCopier.Copied copy(
            Connection source, Connection target, CopyTable table, String condition, boolean frozen)
            throws SQLException, InterruptedException {
        long[] told = new long[2];
        try {
            return new TableCopier(source, target, place.pace()).copy(table, condition, frozen, (rows, bytes) -> {
                place.observer().onMoved(table.name(), rows - told[0], bytes - told[1]);
                told[0] = rows;
                told[1] = bytes;
            });
        } catch (SQLException | RuntimeException | InterruptedException e) {
            place.observer().onMoved(table.name(), -told[0], -told[1]);
            throw e;
        }
    }

    private static void withoutTriggers(Connection target) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute("SET LOCAL session_replication_role = replica");
        }
    }

    /**
     * Locks tables without standing in a queue for long: who waits there for the snapshot's own lock (TRUNCATE, DDL) would
     * let nobody pass until the copy is over.
     *
     * @return whether they are locked, and have been since before the snapshot
     */
    private boolean locked(Connection source, List<CopyTable> tables) throws SQLException {
        if (!tryToLock(source, tables)) {
            return false;
        }
        Objects.requireNonNull(job.snapshot())
                .requireLocked(source, tables.stream().map(CopyTable::name).toList());
        return true;
    }

    private static boolean tryToLock(Connection source, List<CopyTable> tables) throws SQLException {
        Savepoint before = source.setSavepoint();
        try (Statement statement = source.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = " + LOCK_TIMEOUT.toMillis()
                    + tables.stream()
                            .map(table -> "ONLY " + table.name().quoted())
                            .collect(Collectors.joining(", ", "; LOCK TABLE ", " IN ACCESS SHARE MODE")));
            source.releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            source.rollback(before);
            source.releaseSavepoint(before);
            if (tables.size() == 1) {
                LOG.warn(
                        "table {}: a TRUNCATE or DDL waits for its copy, and will hold up readers and writers until it is"
                                + " done",
                        tables.get(0).name());
            }
            return false;
        }
    }

    private WorkResult build(Work.Steps work) throws SQLException, InterruptedException {
        Connection target = sessions.target();
        Sessions.limitParallelWorkers(target, job.spareWorkers());
        TableName vacuumed = work.vacuumed();
        if (vacuumed != null) {
            try (Statement statement = target.createStatement()) {
                statement.execute("VACUUM " + vacuumed.quoted());
            }
        }
        Set<String> known = job.marks()
                .done(target, work.steps().stream().map(SchemaStep::id).toList());
        List<SchemaStep> steps =
                work.steps().stream().filter(step -> !known.contains(step.id())).toList();
        if (work.together()) {
            try {
                return new WorkResult(List.of(), inTransaction(target, () -> buildTogether(target, steps)));
            } catch (SQLException e) {
                target.rollback();
                target.setAutoCommit(true);
                LOG.debug("{}: one by one, since together they fail: {}", work.name(), WithoutValues.message(e));
            }
        }
        List<WorkResult.StepDone> done = new ArrayList<>();
        for (SchemaStep step : steps) {
            if (place.isPaused()) {
                return new WorkResult(List.of(), done, true, false, false);
            }
            done.add(inTransaction(target, () -> build(target, step)));
        }
        return new WorkResult(List.of(), done);
    }

    private WorkResult.StepDone build(Connection target, SchemaStep step) throws SQLException {
        long started = System.nanoTime();
        try (Statement statement = target.createStatement()) {
            StepRunner.run(statement, step);
        }
        job.marks().recordStep(target, step.id());
        return new WorkResult.StepDone(step.id(), Duration.ofNanos(System.nanoTime() - started));
    }

    private List<WorkResult.StepDone> buildTogether(Connection target, List<SchemaStep> steps) throws SQLException {
        if (steps.isEmpty()) {
            return List.of();
        }
        long started = System.nanoTime();
        StepRunner.runTogether(target, steps);
        List<String> ids = steps.stream().map(SchemaStep::id).toList();
        job.marks().recordSteps(target, ids);
        Duration share = Duration.ofNanos((System.nanoTime() - started) / steps.size());
        return ids.stream().map(id -> new WorkResult.StepDone(id, share)).toList();
    }
}
