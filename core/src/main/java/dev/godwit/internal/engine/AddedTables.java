package dev.godwit.internal.engine;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.preflight.AddedTablesCheck;
import dev.godwit.internal.schema.StepRunner;
import dev.godwit.internal.schema.TargetSchemaCheck;
import dev.godwit.internal.state.JoinStore;
import dev.godwit.internal.state.RowStore;
import dev.godwit.internal.state.StateStore;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tables that were created on the source since the migration began and are to be part of it. One transaction on the target creates
 * them there and records the request, so that a refusal leaves nothing.
 */
record AddedTables(MigrationPlan plan, StateStore state, JoinStore joins) {
    /** Records the request; tells whether there was something to add. */
    boolean record(Connection source, Connection target, Collection<String> names) throws SQLException {
        Catalog selected = CatalogReader.read(source, plan.tables());
        Set<TableName> known = state.tables().all();
        joins.open(target).forEach((table, join) -> {
            if (join == JoinStore.Join.GONE) {
                known.remove(table);
            }
        });
        Map<TableName, Table> added = new TreeMap<>();
        for (Table table : wanted(source, selected, names)) {
            if (!known.contains(table.name())) {
                added.put(table.name(), table);
            }
        }
        if (added.isEmpty()) {
            return false;
        }
        AddedTablesCheck.run(plan, source, target, known, added.values());
        Map<TableName, RowStore.Part> parts = new WantedParts(plan).of(source, added.values());
        create(source, target, known, added, parts);
        return true;
    }

    /** Partitions come with their parent. */
    private static Collection<Table> wanted(Connection source, Catalog selected, Collection<String> names)
            throws SQLException {
        Map<TableName, Table> wanted = new TreeMap<>();
        Map<TableName, Table> tables = new TreeMap<>();
        selected.tables().forEach(table -> tables.put(table.name(), table));
        for (String name : names) {
            TableName named = GivenNames.find(name, tables.keySet()).orElse(null);
            if (named == null) {
                throw new IllegalArgumentException(AddedTablesCheck.whyNot(source, name));
            }
            wanted.put(named, Objects.requireNonNull(tables.get(named)));
        }
        if (wanted.isEmpty()) {
            throw new IllegalArgumentException("no table is named");
        }
        int before = -1;
        while (before != wanted.size()) {
            before = wanted.size();
            for (Table table : selected.tables()) {
                if (table.isPartition() && wanted.containsKey(table.parents().get(0))) {
                    wanted.put(table.name(), table);
                }
            }
        }
        return wanted.values();
    }

    private void create(
            Connection source,
            Connection target,
            Set<TableName> known,
            Map<TableName, Table> added,
            Map<TableName, RowStore.Part> parts)
            throws SQLException {
        Set<TableName> missing = new TreeSet<>(added.keySet());
        CatalogReader.read(target, added::containsKey).tables().forEach(table -> missing.remove(table.name()));
        Set<TableName> attached = attached(missing, added);
        Set<TableName> base = new TreeSet<>(known);
        base.addAll(added.keySet());
        base.removeAll(missing);
        SchemaPlan steps = JoinPlan.difference(plan, source, target, base, missing);
        target.setAutoCommit(false);
        try {
            joins.forgetSteps(target, steps.steps().stream().map(SchemaStep::id).toList());
            build(source, target, steps, attached);
            for (TableName table : missing) {
                joins.mark(target, table);
            }
            requireFit(source, target, added);
            for (Table table : added.values()) {
                if (table.kind() == Table.Kind.ORDINARY) {
                    joins.request(target, table.name());
                } else {
                    joins.addParent(target, table.name());
                }
                new RowStore(plan.name())
                        .record(target, table.name(), parts.getOrDefault(table.name(), RowStore.Part.ALL));
            }
            target.commit();
        } catch (SQLException | RuntimeException e) {
            target.rollback();
            throw e;
        }
    }

    /** Tables first, since a partition brings what its parent has; of keys and indexes the rest, others after the copy. */
    private void build(Connection source, Connection target, SchemaPlan steps, Set<TableName> attached)
            throws SQLException {
        List<SchemaStep> late = new ArrayList<>();
        for (SchemaStep step : steps.steps(SchemaStage.BEFORE_COPY)) {
            if (AttachedPartitions.mayBeMade(step.id())) {
                late.add(step);
            } else {
                run(target, step);
            }
        }
        Set<String> made = new AttachedPartitions(source, target, attached).made();
        for (SchemaStep step : late) {
            if (!made.contains(step.id())) {
                run(target, step);
            }
        }
        made.retainAll(steps.steps().stream().map(SchemaStep::id).toList());
        state.marks().recordSteps(target, made);
    }

    /** Partitions of parents that are on the target already. */
    private static Set<TableName> attached(Set<TableName> missing, Map<TableName, Table> added) {
        Set<TableName> attached = new TreeSet<>();
        int before = -1;
        while (before != attached.size()) {
            before = attached.size();
            for (Table table : added.values()) {
                if (missing.contains(table.name()) && table.isPartition()) {
                    TableName parent = table.parents().get(0);
                    if (!missing.contains(parent) || attached.contains(parent)) {
                        attached.add(table.name());
                    }
                }
            }
        }
        return attached;
    }

    private void run(Connection target, SchemaStep step) throws SQLException {
        try (Statement statement = target.createStatement()) {
            StepRunner.run(statement, step);
        } catch (MigrationException e) {
            throw new MigrationException(
                    null,
                    e.getMessage()
                            + ". What the table needs and was created since (types, functions, sequences, schemas) has to"
                            + " be brought over first; run.schemaChanges() lists it",
                    e);
        }
        state.marks().recordStep(target, step.id());
    }

    private static void requireFit(Connection source, Connection target, Map<TableName, Table> added)
            throws SQLException {
        List<String> problems = new ArrayList<>(TargetSchemaCheck.problems(
                CatalogReader.read(source, added::containsKey), CatalogReader.read(target, added::containsKey)));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("the target does not fit: " + String.join("; ", problems));
        }
        for (Table table : added.values()) {
            if (table.kind() == Table.Kind.ORDINARY && holdsRows(target, table.name())) {
                problems.add(
                        "table " + table.name() + " on the target holds rows already; TRUNCATE it there after making"
                                + " sure that nobody needs them");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private static boolean holdsRows(Connection target, TableName table) throws SQLException {
        try (Statement statement = target.createStatement();
                ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT 1 FROM ONLY " + table.quoted() + ")")) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
