package dev.godwit.internal.copy;

import dev.godwit.internal.plan.CopySettings;
import dev.godwit.internal.state.ChunkMarks;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.TableRows;
import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Turns tables into works: small ones many at a time with all that is built on them, since each transaction and each message has its
 * price; very large ones in parts; the others one by one. Also empties what an earlier attempt has copied in parts.
 */
final class CopyPlanner {
    private static final long SMALL = 1 << 20;
    private static final int MOST_TOGETHER = 50;
    private static final long BYTES_TOGETHER = 8 << 20;
    /** Groups for each worker, so that all have something to do. */
    private static final int GROUPS_PER_WORKER = 4;

    private final CopySettings settings;
    private final ChunkMarks marks;
    private final Lsn consistentPoint;
    private final Map<TableName, List<SchemaStep>> steps;
    private final Map<TableName, TableRows> parts;
    private final Map<TableName, Integer> chunks = new HashMap<>();
    private final List<Work> works = new ArrayList<>();

    /**
     * Makes a planner.
     *
     * @param steps what is to be built on each table
     * @param parts which part is copied of tables of which not all is
     */
    CopyPlanner(
            CopySettings settings,
            ChunkMarks marks,
            Lsn consistentPoint,
            Map<TableName, List<SchemaStep>> steps,
            Map<TableName, TableRows> parts) {
        this.settings = settings;
        this.marks = marks;
        this.consistentPoint = consistentPoint;
        this.steps = steps;
        this.parts = parts;
    }

    /** Plans; the source's session sees the snapshot, the target's is in auto-commit mode. */
    List<Work> plan(List<Table> tables, Connection source, Connection target) throws SQLException {
        target.setAutoCommit(false);
        emptyAbandoned(target);
        Set<TableName> binary = BinaryTypes.fitting(tables, parts, source, target);
        Splitter splitter = new Splitter(
                settings,
                tables.stream().mapToLong(table -> table.size().dataBytes()).sum());
        List<CopyTable> small = new ArrayList<>();
        for (Table table : tables) {
            TableRows rows = parts.getOrDefault(table.name(), TableRows.ALL);
            CopyTable copied = CopyTable.of(table, rows, binary.contains(table.name()));
            int count = splitter.chunks(table);
            List<String> conditions =
                    count > 1 && TableCopier.holding(target, List.of(copied)).isEmpty()
                            ? splitter.conditions(source, table, count)
                            : List.of();
            if (!conditions.isEmpty()) {
                marks.split(target, table.name(), consistentPoint);
                split(table, copied, conditions);
            } else if (copied.bytes() < SMALL) {
                small.add(copied);
            } else {
                works.add(
                        new Work.Tables(List.of(copied), List.of(), table.size().totalBytes()));
            }
        }
        target.commit();
        target.setAutoCommit(true);
        group(small);
        return works;
    }

    /** Gives the tables that are copied in parts, and in how many. */
    Map<TableName, Integer> chunks() {
        return chunks;
    }

    /** Rows of parts under another snapshot do not fit those under this one. */
    private void emptyAbandoned(Connection target) throws SQLException {
        for (TableName table : marks.abandoned(target)) {
            String only = "ONLY " + table.quoted();
            try (Statement statement = target.createStatement()) {
                statement.execute("SET LOCAL session_replication_role = replica");
                statement.execute((TableCopier.referenced(target, table) ? "DELETE FROM " : "TRUNCATE ") + only);
            }
            marks.forget(target, table);
        }
    }

    private void split(Table table, CopyTable copied, List<String> conditions) {
        for (int i = 0; i < conditions.size(); i++) {
            works.add(new Work.Chunk(copied, i, conditions.get(i), table.size().totalBytes()));
        }
        chunks.put(table.name(), conditions.size());
    }

    private void group(List<CopyTable> small) {
        int most = Math.max(1, Math.min(MOST_TOGETHER, small.size() / (settings.workers() * GROUPS_PER_WORKER)));
        List<CopyTable> group = new ArrayList<>();
        long bytes = 0;
        for (CopyTable table : small) {
            if (group.size() >= most || (bytes + table.bytes() > BYTES_TOGETHER && !group.isEmpty())) {
                works.add(together(group, bytes));
                group.clear();
                bytes = 0;
            }
            group.add(table);
            bytes += table.bytes();
        }
        if (!group.isEmpty()) {
            works.add(together(group, bytes));
        }
    }

    private Work together(List<CopyTable> group, long bytes) {
        List<SchemaStep> built = new ArrayList<>();
        group.forEach(table -> built.addAll(steps.getOrDefault(table.name(), List.of())));
        return new Work.Tables(group, built, bytes);
    }
}
