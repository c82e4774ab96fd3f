package dev.godwit.internal.verify;

import dev.godwit.replication.TableRows;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.MigrationException;
import dev.godwit.result.NotCompared;
import dev.godwit.result.TableVerification;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is compared with what. Tables are compared each alone, without those that inherit from them; partitions one by one, but if
 * the target is parted otherwise, the partitioned table as a whole.
 */
final class Selection {
    private static final String ONLY_HERE =
            "only the target has this partition, and rows in it: move them out of it and"
                    + " drop it, or create it on the source";

    private final VerifyJob job;
    private final Map<TableName, Table> source = new HashMap<>();
    private final Map<TableName, Table> target = new HashMap<>();
    private final Map<Long, Long> sizes;
    private final Compared.Types types;
    private final List<Compared> tables = new ArrayList<>();
    /** Partitioned tables that are compared as a whole. */
    private final Set<TableName> wholes = new HashSet<>();

    private final List<TableVerification> found = new ArrayList<>();
    private final List<NotCompared> notCompared = new ArrayList<>();

    private Selection(VerifyJob job, Catalog target, Map<Long, Long> sizes, Compared.Types types) {
        this.job = job;
        this.sizes = sizes;
        this.types = types;
        job.source().tables().forEach(table -> this.source.put(table.name(), table));
        target.tables().forEach(table -> this.target.put(table.name(), table));
    }

    static Selection of(VerifyJob job, Catalog target, Lane lane, Compared.Types types) throws SQLException {
        Connection onSource = lane.connection(Side.SOURCE);
        Selection selection = new Selection(job, target, sizes(onSource, job.source()), types);
        selection.select();
        selection.addExtraPartitions(onSource, lane.connection(Side.TARGET));
        return selection;
    }

    /** Gives the tables that are compared, the largest first. */
    List<Compared> tables() {
        return tables.stream()
                .sorted(Comparator.comparingLong(Compared::bytes).reversed())
                .toList();
    }

    /** Gives what is found already: tables that the target does not have, and partitions that only it has, with rows. */
    List<TableVerification> found() {
        return found;
    }

    List<NotCompared> notCompared() {
        return notCompared;
    }

    private void select() {
        Map<TableName, List<Table>> trees = new LinkedHashMap<>();
        for (Table table : job.source().tables()) {
            if (table.kind() == Table.Kind.ORDINARY && job.settings().tables().test(table.name())) {
                trees.computeIfAbsent(root(table).name(), name -> new ArrayList<>())
                        .add(table);
            }
        }
        trees.forEach((name, leaves) -> {
            Table root = source.get(name);
            Table rootOnTarget = target.get(name);
            if (root != null
                    && root.kind() == Table.Kind.PARTITIONED
                    && rootOnTarget != null
                    && isPartedOtherwise(name, leaves)) {
                wholes.add(name);
                selectTree(root, rootOnTarget, leaves);
            } else {
                leaves.forEach(leaf -> select(leaf, target.get(leaf.name())));
            }
        });
        job.source().foreignTables().stream()
                .filter(job.settings().tables())
                .forEach(name -> notCompared.add(new NotCompared(
                        "foreign table " + name, "its rows lie on another server and are not migrated")));
    }

    private Table root(Table table) {
        Table root = table;
        while (root.isPartition()) {
            Table parent = source.get(root.parents().get(0));
            if (parent == null) {
                return root;
            }
            root = parent;
        }
        return root;
    }

    /** Tells whether the target has other partitions, or the rows in one table. */
    private boolean isPartedOtherwise(TableName root, List<Table> leaves) {
        return leaves.stream().anyMatch(leaf -> {
            Table there = target.get(leaf.name());
            return there == null || !root.equals(rootOnTarget(there));
        });
    }

    private TableName rootOnTarget(Table table) {
        Table root = table;
        while (root.isPartition()) {
            Table parent = target.get(root.parents().get(0));
            if (parent == null) {
                return root.name();
            }
            root = parent;
        }
        return root.name();
    }

    private void selectTree(Table root, Table rootOnTarget, List<Table> leaves) {
        if (leaves.stream().anyMatch(leaf -> leaf.persistence() == Table.Persistence.UNLOGGED) && !job.carried()) {
            notCompared.add(unlogged(root));
            return;
        }
        boolean all = job.source().tables().stream()
                .filter(table ->
                        table.kind() == Table.Kind.ORDINARY && root(table).equals(root))
                .allMatch(leaves::contains);
        TableRows part = part(root);
        if (!all || leaves.stream().anyMatch(leaf -> !part(leaf).equals(part))) {
            String problem =
                    "the target has other partitions, so it can only be compared as a whole: select all of its partitions";
            found.add(new TableVerification(root.name(), 0, 0, 0, 0, 0, List.of(), problem));
            return;
        }
        long bytes = leaves.stream().mapToLong(this::size).sum();
        tables.add(Compared.of(root, rootOnTarget, part, types, bytes));
    }

    private void select(Table table, @Nullable Table onTarget) {
        if (table.persistence() == Table.Persistence.UNLOGGED && !job.carried()) {
            notCompared.add(unlogged(table));
        } else if (onTarget == null) {
            found.add(new TableVerification(table.name(), 0, 0, 0, 0, 0, List.of(), "the target has no such table"));
        } else {
            tables.add(Compared.of(table, onTarget, part(table), types, size(table)));
        }
    }

    /** What is in a partition that the source does not have is too much in the partitioned table. */
    private void addExtraPartitions(Connection onSource, Connection onTarget) throws SQLException {
        for (Table leaf : target.values()) {
            TableName name = leaf.name();
            if (leaf.kind() == Table.Kind.ORDINARY
                    && leaf.isPartition()
                    && job.settings().tables().test(name)
                    && isCompared(rootOnTarget(leaf))
                    && !source.containsKey(name)
                    && !exists(onSource, name)) {
                long rows = count(onTarget, name);
                if (rows > 0) {
                    found.add(new TableVerification(name, 0, rows, 0, 1, rows, List.of(), ONLY_HERE));
                }
            }
        }
    }

    private boolean isCompared(TableName root) {
        Table there = source.get(root);
        return there != null && there.kind() == Table.Kind.PARTITIONED && !wholes.contains(root);
    }

    /** Also one that is not compared, or not yet. */
    private static boolean exists(Connection onSource, TableName name) throws SQLException {
        try (PreparedStatement query = onSource.prepareStatement("SELECT EXISTS (SELECT FROM pg_catalog.pg_class c"
                + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?)")) {
            query.setString(1, name.schema());
            query.setString(2, name.name());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static long count(Connection onTarget, TableName name) throws SQLException {
        try (PreparedStatement query = onTarget.prepareStatement("SELECT count(*) FROM ONLY " + name.quoted());
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new MigrationException(
                    null,
                    "table " + name + ", a partition that only the target has, could not be read: "
                            + WithoutValues.message(e)
                            + ". Let the migration's role read it, or drop it; then verify again",
                    e);
        }
    }

    private static NotCompared unlogged(Table table) {
        return new NotCompared(
                "table " + table.name(),
                "it is unlogged, so its changes are in no stream; the cutover copies it again");
    }

    private TableRows part(Table table) {
        return job.parts().getOrDefault(table.name(), TableRows.ALL);
    }

    private long size(Table table) {
        return Optional.ofNullable(sizes.get(table.oid())).orElse(0L);
    }

    /** Sizes without indexes, by OID. */
    private static Map<Long, Long> sizes(Connection onSource, Catalog catalog) throws SQLException {
        Map<Long, Long> sizes = new HashMap<>();
        try (PreparedStatement query = onSource.prepareStatement(
                "SELECT o::bigint, coalesce(pg_table_size(o), 0) FROM unnest(?::oid[]) AS o")) {
            query.setArray(
                    1,
                    onSource.createArrayOf(
                            "oid",
                            catalog.tables().stream()
                                    .filter(table -> table.kind() == Table.Kind.ORDINARY)
                                    .map(Table::oid)
                                    .toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    sizes.put(row.getLong(1), row.getLong(2));
                }
            }
        }
        return sizes;
    }
}
