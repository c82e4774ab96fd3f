package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.copy.SchemaExecutor;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.schema.TargetAdjustments;
import dev.godwit.internal.state.StateStore;
import dev.godwit.internal.status.StatusBoard;
import dev.godwit.internal.watch.SchemaWatch;
import dev.godwit.internal.watch.SourceGuard;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.TableRows;
import dev.godwit.replication.apply.ChangeTracker;
import dev.godwit.replication.apply.ProgressTable;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.TableName;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What the phases of one run share.
 *
 * @param plan what the builder collected
 * @param state the migration's memory
 * @param events where progress is told
 * @param board where the status is told
 * @param catalog the source's tables that this migration is about
 * @param schemaPlan the steps of the target's schema
 * @param schema executes them
 * @param watch looks at what is changed in the source's schema meanwhile
 * @param selection the tables that the user selected, those that were created since included
 * @param tuning what may be changed meanwhile
 * @param tracker tells which rows are changed
 * @param parts what is copied and streamed of the tables of which not all is
 * @param fingerprint of the source's schema when catalog and plan were read
 */
record RunContext(
        MigrationPlan plan,
        StateStore state,
        EventDispatcher events,
        StatusBoard board,
        Catalog catalog,
        SchemaPlan schemaPlan,
        SchemaExecutor schema,
        SchemaWatch watch,
        Predicate<TableName> selection,
        Tuning tuning,
        ChangeTracker tracker,
        Map<TableName, TableRows> parts,
        String fingerprint) {

    /** Gives the same over other connections to the same servers. */
    RunContext withConnections(ServerConnections source, ServerConnections target) {
        return new RunContext(
                plan.withConnections(source, target),
                state,
                events,
                board,
                catalog,
                schemaPlan,
                schema,
                watch,
                selection,
                tuning,
                tracker,
                parts,
                fingerprint);
    }

    /** Gives the same with what of the source's schema was read anew. */
    RunContext withSchema(Catalog readCatalog, SchemaPlan readPlan, String readFingerprint) {
        return new RunContext(
                plan,
                state,
                events,
                board,
                readCatalog,
                readPlan,
                schema,
                watch,
                selection,
                tuning,
                tracker,
                parts,
                readFingerprint);
    }

    /** Makes what watches over what the migration costs its source. */
    SourceGuard guard() throws SQLException {
        return new SourceGuard(
                plan.name(),
                state.record().slot(),
                plan.limits(),
                message -> publish(new MigrationEvent.Warning(plan.name(), Instant.now(), message)));
    }

    TargetAdjustments adjustments() {
        return new TargetAdjustments(plan.name(), state.ownership());
    }

    ProgressTable progress() {
        return ProgressTable.of(plan.name(), state.ownership().epoch());
    }

    void publish(MigrationEvent event) {
        events.publish(event);
    }
}
