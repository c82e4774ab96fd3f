package dev.godwit.internal.copy;

import dev.godwit.internal.schema.SchemaExecutor;
import dev.godwit.internal.state.StateStore;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ServerConnections;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Copies tables under one snapshot with several workers, and builds each table's indexes and keys as soon as its rows are
 * in. Copies and builds share the workers; whatever belongs to the largest table goes first.
 *
 * <p>A table that fails does not stop the others; at the end all failures are reported at once.
 */
public final class SnapshotCopy {

    /** Sees the copy go on; called by the workers' threads, so it must be quick and safe for several. */
    public interface Observer {
        /** A table waits for a worker. */
        void onQueued(Table table);

        /** Rows were sent to the target. */
        void onProgress(Table table, long rows, long bytes);

        /** The rows are committed. */
        void onCopied(Table table, TableCopier.Copied copied, Duration took);
    }

    /** What all workers need. */
    record Context(
            ServerConnections source,
            ServerConnections target,
            StateStore state,
            SchemaExecutor schema,
            Observer observer) {}

    private final String migration;
    private final int workers;
    private final Context context;

    public SnapshotCopy(String migration, int workers, Endpoints endpoints, Memory memory, Observer observer) {
        this.migration = migration;
        this.workers = workers;
        this.context = new Context(endpoints.source(), endpoints.target(), memory.state(), memory.schema(), observer);
    }

    /** From where to where. */
    public record Endpoints(ServerConnections source, ServerConnections target) {}

    /** Where it is marked what is done. */
    public record Memory(StateStore state, SchemaExecutor schema) {}

    /**
     * Copies the tables that are not copied yet, and executes all {@link SchemaStage#AFTER_TABLE_COPY} steps that are not
     * done.
     *
     * @param snapshot the snapshot; null if every table is copied and only steps are left
     * @throws MigrationException if tables or steps failed; what succeeded stays
     */
    public void run(List<Table> toCopy, List<Table> copied, SchemaPlan plan, @Nullable SnapshotSession snapshot)
            throws InterruptedException {
        Map<TableName, List<SchemaStep>> steps = plan.steps(SchemaStage.AFTER_TABLE_COPY).stream()
                .filter(step -> step.table().isPresent())
                .collect(Collectors.groupingBy(step -> step.table().orElseThrow()));
        WorkQueue queue = new WorkQueue();
        Set<TableName> own = new HashSet<>();
        for (Table table : toCopy) {
            context.observer().onQueued(table);
            own.add(table.name());
            queue.add(WorkItem.copy(table, steps.getOrDefault(table.name(), List.of())));
        }
        for (Table table : copied) {
            own.add(table.name());
            queue.add(WorkItem.steps(table, steps.getOrDefault(table.name(), List.of())));
        }
        runWorkers(queue, snapshot);
        // What belongs to no copied table, such as a partitioned parent's keys, builds upon what the leaves have now.
        List<SchemaStep> rest = plan.steps(SchemaStage.AFTER_TABLE_COPY).stream()
                .filter(step ->
                        step.table().isEmpty() || !own.contains(step.table().orElseThrow()))
                .toList();
        WorkQueue last = new WorkQueue();
        last.add(WorkItem.steps("what belongs to no single table", rest));
        runWorkers(last, null);
    }

    private void runWorkers(WorkQueue queue, @Nullable SnapshotSession snapshot) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        int count = Math.min(workers, queue.size());
        for (int i = 1; i <= count; i++) {
            CopyWorker worker = new CopyWorker(context, queue, snapshot);
            Thread thread = new Thread(worker, "godwit-" + migration + "-copy-" + i);
            thread.setDaemon(true);
            thread.start();
            threads.add(thread);
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            queue.abort();
            for (Thread thread : threads) {
                thread.interrupt();
            }
            throw e;
        }
        queue.throwIfFailed();
    }

    /** Gives the LSN from which changes count, per table. */
    public static Map<TableName, Lsn> syncPoints(StateStore state) throws SQLException {
        Map<TableName, Lsn> points = new HashMap<>();
        state.copied().forEach((table, record) -> points.put(table, record.syncedLsn()));
        return points;
    }
}
