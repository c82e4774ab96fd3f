package dev.godwit.internal.copy;

import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is built on partitioned tables: keys and indexes that take up those of the partitions, statistics over all of them. It waits
 * for what is built on the partitions, and for nothing else. Used by one thread.
 */
final class PartitionTrees {
    private static final String PARTITIONS = """
            SELECT n.nspname, c.relname, pn.nspname, p.relname
              FROM pg_catalog.pg_inherits i
              JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
              JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
             WHERE c.relispartition AND c.relkind IN ('r', 'p', 'f')
            """;

    private final Map<TableName, TableName> parents = new HashMap<>();
    private final Map<TableName, List<SchemaStep>> steps = new HashMap<>();
    private final Map<TableName, Set<TableName>> waitingFor = new HashMap<>();

    /** Reads which table is a partition of which. */
    static PartitionTrees read(Connection target) throws SQLException {
        PartitionTrees trees = new PartitionTrees();
        try (Statement statement = target.createStatement();
                ResultSet row = statement.executeQuery(PARTITIONS)) {
            while (row.next()) {
                trees.add(
                        new TableName(row.getString(1), row.getString(2)),
                        new TableName(row.getString(3), row.getString(4)));
            }
        }
        return trees;
    }

    void add(TableName partition, TableName parent) {
        parents.put(partition, parent);
    }

    private TableName root(TableName table) {
        TableName root = table;
        TableName parent = parents.get(root);
        while (parent != null) {
            root = parent;
            parent = parents.get(root);
        }
        return root;
    }

    /**
     * Takes the steps of partitioned tables that have partitions among those being worked on.
     *
     * @param partitions tables that are not finished
     * @param all steps in order
     * @return the other steps, in order
     */
    List<SchemaStep> take(Collection<TableName> partitions, List<SchemaStep> all) {
        for (TableName partition : partitions) {
            if (parents.containsKey(partition)) {
                waitingFor
                        .computeIfAbsent(root(partition), root -> new HashSet<>())
                        .add(partition);
            }
        }
        List<SchemaStep> others = new ArrayList<>();
        for (SchemaStep step : all) {
            TableName table = step.tableOrNull();
            TableName root = table == null ? null : root(table);
            if (root != null && waitingFor.containsKey(root)) {
                steps.computeIfAbsent(root, name -> new ArrayList<>()).add(step);
            } else {
                others.add(step);
            }
        }
        return others;
    }

    /** A table is finished; gives what is to be done now, in order. */
    List<Work> finished(TableName table) {
        TableName root = root(table);
        Set<TableName> open = waitingFor.get(root);
        if (open == null || !open.remove(table) || !open.isEmpty()) {
            return List.of();
        }
        List<SchemaStep> built = steps.getOrDefault(root, List.of());
        return built.isEmpty() ? List.of() : List.of(Work.Steps.inOrder("table " + root, built));
    }
}
