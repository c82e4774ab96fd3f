package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.plan.Surroundings;
import dev.godwit.internal.plan.WantedRows;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.schema.SchemaStage;
import java.util.List;
import java.util.Map;

/**
 * The plan of the way back: that of the migration with the roles swapped.
 *
 * @param there the migration's
 * @param events where the migration's progress is told
 */
record ReversePlan(MigrationPlan there, EventDispatcher events) {

    MigrationPlan plan() {
        MigrationPlan.CutoverSettings settings = there.cutover();
        OldServer old = new OldServer(settings.fence(), settings.trafficSwitch(), there.source());
        return new MigrationPlan(
                there.name(),
                there.target(),
                there.source(),
                there.tables(),
                new WantedRows(Map.of()),
                refreshing(),
                there.copy(),
                there.limits(),
                there.apply(),
                settings.with(old.fence(), old.traffic()).withoutVerification(),
                false,
                List.of(this::tell),
                Surroundings.alone(there.surroundings().database()));
    }

    /** The old server has its schema; only what is in no stream is computed anew there. */
    private static SchemaPreparer refreshing() {
        return (source, target, tables) -> {
            SchemaPlan own = SchemaPreparers.fromCatalog().plan(target, target, tables);
            return new SchemaPlan(own.steps(SchemaStage.BEFORE_CUTOVER), List.of());
        };
    }

    /** The phases are those of the migration, and it has not failed if its way back has. */
    private void tell(MigrationEvent event) {
        if (event instanceof MigrationEvent.PhaseChanged) {
            return;
        }
        events.publish(
                event instanceof MigrationEvent.Failed failed
                        ? new MigrationEvent.Warning(
                                failed.migration(), failed.at(), "the way back stands still: " + failed.message())
                        : event);
    }
}
