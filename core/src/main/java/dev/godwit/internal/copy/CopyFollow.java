package dev.godwit.internal.copy;

import dev.godwit.internal.state.TableRecord;
import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What follows from each work that is done: who is told, and what can be built now. Used by one thread. */
final class CopyFollow implements Crew.Reaction {
    /** From this version on COPY with FREEZE also marks the pages as visible to all. */
    private static final int FREEZE_MARKS_PAGES = 14;

    private final CopyJob job;
    private final Map<TableName, Table> tables;
    private final Map<TableName, List<SchemaStep>> steps;
    private final PartitionTrees trees;
    private final SnapshotCopy.Observer observer;
    private final Moved moved;
    private final Map<TableName, Parts> parts = new HashMap<>();
    private final Map<Work, TableName> building = new HashMap<>();
    private final Set<String> built = new HashSet<>();
    private boolean freezeMarksPages;

    /** A table that is copied in parts: how many, and which are not done. */
    private record Parts(int count, Set<Integer> open, long startedNanos) {}

    CopyFollow(
            CopyJob job,
            Map<TableName, Table> tables,
            Map<TableName, List<SchemaStep>> steps,
            PartitionTrees trees,
            SnapshotCopy.Observer observer,
            Moved moved) {
        this.job = job;
        this.tables = tables;
        this.steps = steps;
        this.trees = trees;
        this.observer = observer;
        this.moved = moved;
    }

    /** Gives what is to be done once a table is copied: what is built on it, else what has waited for it to be finished. */
    List<Work> next(TableName name, boolean visible) {
        List<Work> works = works(name, visible);
        works.forEach(work -> building.put(work, name));
        return works.isEmpty() ? trees.finished(name) : works;
    }

    private List<Work> works(TableName name, boolean visible) {
        List<SchemaStep> open = steps.getOrDefault(name, List.of()).stream()
                .filter(step -> !built.contains(step.id()))
                .toList();
        Table table = table(name);
        boolean vacuum = !visible && table.size().dataBytes() >= TableCopier.WORTH_FREEZING;
        return open.isEmpty() && !vacuum
                ? List.of()
                : List.of(new Work.Steps(
                        "table " + name,
                        open,
                        false,
                        vacuum ? name : null,
                        table.size().totalBytes()));
    }

    private Table table(TableName name) {
        Table table = tables.get(name);
        if (table == null) {
            throw new IllegalStateException("table " + name + " is not being copied");
        }
        return table;
    }

    /**
     * Begins.
     *
     * @param chunks tables that are copied in parts, and in how many
     */
    void begin(Map<TableName, Integer> chunks, int targetVersion) {
        freezeMarksPages = targetVersion >= FREEZE_MARKS_PAGES;
        chunks.forEach((table, count) -> parts.put(
                table,
                new Parts(
                        count,
                        IntStream.range(0, count).boxed().collect(Collectors.toCollection(HashSet::new)),
                        System.nanoTime())));
    }

    @Override
    public Collection<Work> after(Work work, WorkResult result) throws SQLException {
        for (WorkResult.StepDone step : result.steps()) {
            built.add(step.id());
            observer.onStep(step.id(), step.took());
        }
        if (result.away()) {
            result.copied()
                    .forEach(copied -> moved.onMoved(
                            copied.table(), copied.rows().rows(), copied.rows().bytes()));
        }
        if (work instanceof Work.Tables whole) {
            return afterTables(whole, result);
        }
        if (work instanceof Work.Chunk chunk) {
            return afterChunk(chunk, result);
        }
        TableName finished = result.open() ? null : building.remove(work);
        return finished == null ? List.of() : trees.finished(finished);
    }

    @Override
    public void failed(Work work, Throwable cause) {
        if (work instanceof Work.Tables whole) {
            whole.tables().forEach(table -> observer.onFailed(table(table.name()), cause));
        } else if (work instanceof Work.Chunk chunk) {
            observer.onFailed(table(chunk.table().name()), cause);
        }
    }

    private List<Work> afterTables(Work.Tables work, WorkResult result) {
        Set<TableName> visible =
                work.tables().stream().map(CopyTable::name).collect(Collectors.toCollection(HashSet::new));
        for (WorkResult.Copied copied : result.copied()) {
            observer.onCopied(table(copied.table()), copied.rows(), copied.took());
            if (!copied.frozen() || !freezeMarksPages) {
                visible.remove(copied.table());
            }
        }
        List<Work> next = new ArrayList<>();
        work.tables().forEach(table -> next.addAll(next(table.name(), visible.contains(table.name()))));
        return next;
    }

    private List<Work> afterChunk(Work.Chunk chunk, WorkResult result) throws SQLException {
        TableName name = chunk.table().name();
        Parts split = parts.get(name);
        if (split == null) {
            throw new IllegalStateException("table " + name + " is not copied in parts");
        }
        split.open().remove(chunk.number());
        tellOf(chunk, split.count(), result);
        if (!split.open().isEmpty()) {
            return List.of();
        }
        TableRecord record = finish(name, split.count());
        observer.onCopied(
                table(name),
                new TableCopier.Copied(
                        record.rows(), record.bytes(), chunk.table().binary()),
                Duration.ofNanos(System.nanoTime() - split.startedNanos()));
        return next(name, false);
    }

    private void tellOf(Work.Chunk chunk, int count, WorkResult result) {
        SnapshotCopy.Part part = new SnapshotCopy.Part(chunk.number(), count);
        Table table = table(chunk.table().name());
        if (result.copied().isEmpty()) {
            observer.onChunk(
                    table, part, new TableCopier.Copied(0, 0, chunk.table().binary()), Duration.ZERO);
        }
        result.copied().forEach(copied -> observer.onChunk(table, part, copied.rows(), copied.took()));
    }

    /** All parts are there: the table is copied. */
    private TableRecord finish(TableName name, int count) throws SQLException {
        try (Connection target = job.target().open()) {
            target.setAutoCommit(false);
            TableRecord record = job.marks().chunks().sum(target, name, count, job.consistentPoint());
            job.marks().recordCopied(target, Map.of(name, record));
            job.marks().chunks().forget(target, name);
            target.commit();
            return record;
        }
    }
}
