package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.copy.SchemaExecutor;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.RowStore;
import dev.godwit.internal.state.StateStore;
import dev.godwit.internal.status.StatusBoard;
import dev.godwit.internal.status.StatusStore;
import dev.godwit.internal.watch.SchemaWatch;
import dev.godwit.replication.TableRows;
import dev.godwit.replication.apply.ChangeTracker;
import dev.godwit.replication.apply.RelationShapes;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.FixedSelection;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Reads what a run is about: which tables, and what is to be done to the schema. The tables are fixed by the first run. */
record RunPreparation(
        MigrationPlan plan,
        StateStore state,
        EventDispatcher events,
        StatusBoard board,
        Tuning tuning,
        ChangeTracker tracker) {

    RunContext run() throws SQLException {
        try (Connection source = plan.source().open();
                Connection target = plan.target().open()) {
            new RenamedTables(plan.name(), state).adopt(source, target);
            String fingerprint = SchemaWatch.fingerprintOfSchema(source);
            Catalog selected = CatalogReader.read(source, plan.tables());
            if (state.tables().all().isEmpty()) {
                Map<TableName, RowStore.Part> parts = new WantedParts(plan).of(source, selected.tables());
                capture(source, target, selected, parts);
                recordTables(selected, parts);
            }
            Set<TableName> fixed = state.tables().all();
            warnOfNewTables(selected, fixed);
            board.load(StatusStore.load(plan.target(), plan.name()));
            Predicate<TableName> tables = FixedSelection.of(fixed::contains, plan.tables());
            MigrationPlan narrowed = plan.withTables(tables);
            Catalog catalog = CatalogReader.read(source, tables);
            SchemaPlan schemaPlan = schemaPlan(plan, source, target, tables);
            SchemaExecutor executor =
                    new SchemaExecutor(plan.name(), tuning.copy(), state, new SchemaEvents(plan.name(), events));
            return new RunContext(
                    narrowed,
                    state,
                    events,
                    board,
                    catalog,
                    schemaPlan,
                    executor,
                    new SchemaWatch(plan.name(), state, tables),
                    plan.tables(),
                    tuning,
                    tracker,
                    state.tables().parts(),
                    fingerprint);
        }
    }

    private static SchemaPlan schemaPlan(
            MigrationPlan plan, Connection source, Connection target, Predicate<TableName> tables) throws SQLException {
        source.setAutoCommit(false);
        target.setAutoCommit(false);
        SchemaPlan schemaPlan = plan.planSchema(source, target, tables);
        source.rollback();
        target.rollback();
        return schemaPlan;
    }

    /**
     * Reads the schema anew if it was changed since: what is dropped by now would stand in the way of a cutover, and what is new would be
     * missing from it. The tables that the run is about stay the same.
     */
    static RunContext refreshed(RunContext read) throws SQLException {
        try (Connection source = read.plan().source().open()) {
            String fingerprint = SchemaWatch.fingerprintOfSchema(source);
            if (fingerprint.equals(read.fingerprint())) {
                return read;
            }
            Predicate<TableName> tables = read.plan().tables();
            Catalog catalog = CatalogReader.read(source, tables);
            try (Connection target = read.plan().target().open()) {
                return read.withSchema(catalog, schemaPlan(read.plan(), source, target, tables), fingerprint);
            }
        }
    }

    /** Before anything else is read: what changes from here on is noticed as a change. */
    private void capture(Connection source, Connection target, Catalog selected, Map<TableName, RowStore.Part> parts)
            throws SQLException {
        Map<TableName, TableRows> used = new TreeMap<>();
        parts.forEach((table, part) -> used.put(table, part.used()));
        RelationShapes.create(target);
        target.setAutoCommit(false);
        RelationShapes.of(plan.name())
                .capture(
                        source,
                        target,
                        SnapshotPhase.copyable(selected.tables()).stream()
                                .map(SnapshotPhase::relation)
                                .toList(),
                        WantedParts.byRelation(used));
        target.commit();
        target.setAutoCommit(true);
        Set<TableName> names = selected.tables().stream().map(Table::name).collect(Collectors.toSet());
        new SchemaWatch(plan.name(), state, names::contains).capture(source, target, selected);
    }

    private void recordTables(Catalog selected, Map<TableName, RowStore.Part> parts) throws SQLException {
        List<TableName> copied = SnapshotPhase.copyable(selected.tables()).stream()
                .map(Table::name)
                .toList();
        List<TableName> others = selected.tables().stream()
                .map(Table::name)
                .filter(name -> !copied.contains(name))
                .toList();
        state.tables().record(copied, others, parts);
    }

    private void warnOfNewTables(Catalog selected, Set<TableName> fixed) {
        List<TableName> added = selected.tables().stream()
                .map(Table::name)
                .filter(name -> !fixed.contains(name))
                .toList();
        if (!added.isEmpty()) {
            events.publish(new MigrationEvent.Warning(
                    plan.name(),
                    Instant.now(),
                    "tables were created on the source since the migration began and are not migrated: " + added));
        }
    }
}
