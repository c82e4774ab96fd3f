package dev.godwit.internal.cutover;

import dev.godwit.cutover.Deadline;
import dev.godwit.cutover.FenceContext;
import dev.godwit.event.MigrationEvent;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.schema.TargetAdjustments;
import dev.godwit.internal.state.ConflictStore;
import dev.godwit.internal.state.Sealing;
import dev.godwit.internal.state.StateStore;
import dev.godwit.internal.verify.ChangedRows;
import dev.godwit.internal.watch.SchemaWatch;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a cutover works with.
 *
 * @param plan what the builder collected, for the tables that this migration is about
 * @param selection the tables that the user selected, those that were created since included
 * @param catalog the source's migrated tables and sequences
 * @param schemaPlan the steps of the schema
 * @param state the migration's memory
 * @param adjustments what differs on the target until the cutover
 * @param watch what was changed in the source's schema
 * @param fingerprint of the source's schema when catalog and steps were read
 * @param changed what was changed since the verification of the whole that this process has made last; empty if it has made none
 * @param events where progress is told
 */
public record CutoverContext(
        MigrationPlan plan,
        Predicate<TableName> selection,
        Catalog catalog,
        SchemaPlan schemaPlan,
        StateStore state,
        TargetAdjustments adjustments,
        SchemaWatch watch,
        String fingerprint,
        Optional<ChangedRows> changed,
        Consumer<MigrationEvent> events) {

    /** Gives what was recorded instead of being applied. */
    ConflictStore conflicts() {
        return new ConflictStore(plan.name());
    }

    /** Gives what a fence works with that is raised: all migrated tables, sorted by name. */
    FenceContext fenceToRaise(Deadline deadline, Sealing sealing) {
        return fence(deadline, WritePause.Share.FENCE.of(plan.cutover().maxWritePause()), sealing);
    }

    /** Gives what a fence works with when the source is opened or closed again. */
    FenceContext fenceContext(Duration patience, Sealing sealing) {
        return fence(Deadline.after(patience), patience, sealing);
    }

    private FenceContext fence(Deadline deadline, Duration hold, Sealing sealing) {
        return new FenceContext(
                plan.name(),
                plan.source(),
                catalog.tables().stream().map(Table::name).sorted().toList(),
                deadline,
                hold,
                sealing.closedBefore(),
                sealing.mark());
    }
}
