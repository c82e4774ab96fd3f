package dev.godwit.internal.copy;

import dev.godwit.internal.state.StateStore;
import dev.godwit.internal.watch.SourceGuard;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.TableRows;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies tables under one snapshot, several at a time, and builds each table's indexes and keys as soon as its rows are in. Copies
 * and builds share the workers; whatever belongs to the largest table goes first.
 *
 * <p>A table that fails does not stop the others; at the end all failures are reported at once. Used by one thread.
 */
public final class SnapshotCopy {
    private static final String REMEDY =
            "\nRemove the cause, then resume: what is copied stays, the rest is copied under a new snapshot";

    /** Sees the copy go on; called by several threads, so it must be quick and safe for them. */
    public interface Observer extends SchemaExecutor.Observer {
        /** A table waits to be copied. */
        void onQueued(Table table);

        /** Rows were sent to the target, so many so far. */
        void onProgress(Table table, long rows, long bytes);

        /** The rows are committed. */
        void onCopied(Table table, TableCopier.Copied copied, Duration took);

        /** The rows could not be copied; the others go on. */
        void onFailed(Table table, Throwable cause);

        /** The rows of a part of a table are committed. */
        void onChunk(Table table, Part part, TableCopier.Copied copied, Duration took);

        /** The throttle makes the copy pause, for this reason, or no longer does: null. */
        void onPause(@Nullable String reason);
    }

    /** Which part of a table, counted from 0, and of how many. */
    public record Part(int number, int of) {}

    private final String migration;
    private final CopyControl control;
    private final Endpoints endpoints;
    private final StateStore state;
    private final SourceGuard guard;
    private final Observer observer;

    /** From where to where, and which part of the tables of which not all is copied. */
    public record Endpoints(ServerConnections source, ServerConnections target, Map<TableName, TableRows> rows) {}

    public SnapshotCopy(
            String migration,
            CopyControl control,
            Endpoints endpoints,
            StateStore state,
            SourceGuard guard,
            Observer observer) {
        this.migration = migration;
        this.control = control;
        this.endpoints = endpoints;
        this.state = state;
        this.guard = guard;
        this.observer = observer;
    }

    /**
     * Copies the tables that are not copied yet, and executes all {@link SchemaStage#AFTER_TABLE_COPY} steps that are not
     * done; when this returns all of it is on the target's disk.
     *
     * @param snapshot the snapshot; null if every table is copied and only steps are left
     * @throws MigrationException if tables or steps failed; what succeeded stays
     */
    public void run(List<Table> toCopy, List<Table> copied, SchemaPlan plan, @Nullable SnapshotSession snapshot)
            throws SQLException, InterruptedException {
        Map<TableName, Table> tables = new HashMap<>();
        Stream.concat(toCopy.stream(), copied.stream()).forEach(table -> tables.put(table.name(), table));
        Set<String> done = state.doneSteps();
        Map<TableName, List<SchemaStep>> steps = new HashMap<>();
        // What belongs to no copied table; a partitioned parent's keys build upon what the leaves have.
        List<SchemaStep> last = new ArrayList<>();
        for (SchemaStep step : plan.steps(SchemaStage.AFTER_TABLE_COPY)) {
            if (!done.contains(step.id())) {
                TableName table = step.tableOrNull();
                (table != null && tables.containsKey(table)
                                ? steps.computeIfAbsent(table, name -> new ArrayList<>())
                                : last)
                        .add(step);
            }
        }
        toCopy.forEach(observer::onQueued);
        Moved moved = new Moved(
                (table, rows, bytes) -> observer.onProgress(Objects.requireNonNull(tables.get(table)), rows, bytes));
        CopyJob job = job(snapshot);
        Set<TableName> unfinished = new HashSet<>(steps.keySet());
        toCopy.forEach(table -> unfinished.add(table.name()));
        PartitionTrees trees = last.isEmpty() ? new PartitionTrees() : trees();
        List<SchemaStep> rest = trees.take(unfinished, last);
        CopyFollow follow = new CopyFollow(job, tables, steps, trees, observer, moved);
        Pace pace = new Pace(control.bytesPerSecond());
        try (Workplace home = new Workplace(job, snapshot, pace, control, moved);
                Gate gate = new Gate(control, guard, pace, endpoints.source(), endpoints.target(), observer::onPause)) {
            List<Work> works = new ArrayList<>(toCopy.isEmpty() ? List.of() : plan(toCopy, job, steps, home, follow));
            copied.forEach(table -> works.addAll(follow.next(table.name(), true)));
            run(works, job, home, gate, follow);
            run(
                    rest.isEmpty() ? List.of() : List.of(Work.Steps.inOrder("what belongs to no single table", rest)),
                    job,
                    home,
                    gate,
                    follow);
        }
        state.ping();
    }

    private PartitionTrees trees() throws SQLException {
        try (Connection target = endpoints.target().open()) {
            return PartitionTrees.read(target);
        }
    }

    private CopyJob job(@Nullable SnapshotSession snapshot) {
        return new CopyJob(
                endpoints.source(),
                endpoints.target(),
                state.marks(),
                snapshot == null ? null : snapshot.snapshot(),
                snapshot == null ? Lsn.ZERO : snapshot.consistentPoint(),
                control.settings().indexMemoryBytes(),
                control.share(),
                0);
    }

    private void run(List<Work> works, CopyJob job, Workplace home, Gate gate, CopyFollow follow)
            throws SQLException, InterruptedException {
        List<Crew.Failure> failures =
                new Crew(migration, control, job, home, gate::isOpen, observer).run(works, follow);
        if (!failures.isEmpty()) {
            throw Crew.failure("the copy", REMEDY, failures);
        }
    }

    /** Over the session that has the tables' locks: any other would wait behind who waits for that one, and so for ever. */
    private List<Work> plan(
            List<Table> toCopy, CopyJob job, Map<TableName, List<SchemaStep>> steps, Workplace home, CopyFollow follow)
            throws SQLException, InterruptedException {
        SnapshotSession snapshot = Objects.requireNonNull(home.keeper());
        Sessions sessions = home.take();
        boolean usable = false;
        try {
            Connection target = sessions.target();
            CopyPlanner planner = new CopyPlanner(
                    control.settings(), job.marks().chunks(), job.consistentPoint(), steps, endpoints.rows());
            List<Work> works = snapshot.copyBy(source -> planner.plan(toCopy, source, target));
            follow.begin(planner.chunks(), target.getMetaData().getDatabaseMajorVersion());
            usable = true;
            return works;
        } finally {
            home.giveBack(sessions, usable);
        }
    }

    /** Gives the LSN from which changes count, per table. */
    public static Map<TableName, Lsn> syncPoints(StateStore state) throws SQLException {
        Map<TableName, Lsn> points = new HashMap<>();
        state.tables().copied().forEach((table, record) -> points.put(table, record.syncedLsn()));
        return points;
    }
}
