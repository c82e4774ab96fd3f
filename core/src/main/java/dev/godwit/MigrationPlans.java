package dev.godwit;

import dev.godwit.internal.plan.CopySettings;
import dev.godwit.internal.plan.LimitSettings;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.plan.Surroundings;
import dev.godwit.internal.plan.TableSelection;
import dev.godwit.internal.plan.TargetDatabase;
import dev.godwit.internal.plan.WantedRows;

/** Puts what the builder collected into the form in which the internal packages use it. */
final class MigrationPlans {

    private MigrationPlans() {}

    static MigrationPlan of(MigrationConfig config) {
        TableFilter filter = config.tables();
        CutoverOptions cutover = config.cutover();
        EndpointConnections target = new EndpointConnections("target", config.target(), config.name());
        return new MigrationPlan(
                config.name(),
                new EndpointConnections("source", config.source(), config.name()),
                target,
                selection(filter),
                new WantedRows(filter.parts()),
                config.schema(),
                copySettings(config.copy()),
                limitSettings(config.sourceLimits()),
                applySettings(config.apply()),
                new MigrationPlan.CutoverSettings(
                        cutover.fence(),
                        cutover.trafficSwitch(),
                        cutover.maxWritePause(),
                        cutover.fenceTimeout(),
                        cutover.readyLag(),
                        cutover.sequenceMargin(),
                        cutover.materializedViews() == MaterializedViewRefresh.BEFORE_PAUSE,
                        cutover.materializedViews() == MaterializedViewRefresh.INSIDE_PAUSE,
                        new MigrationPlan.VerifiedSettings(cutover.requireVerified(), cutover.recheckChanges())),
                config.reverse(),
                config.listeners(),
                Surroundings.alone(new TargetDatabase(
                        config.target().database(), config.createTargetDatabase(), target::database)));
    }

    private static MigrationPlan.ApplySettings applySettings(ApplyOptions options) {
        return new MigrationPlan.ApplySettings(
                options.conflictPolicy() == ConflictPolicy.RECORD,
                options.appliers(),
                options.batchRows(),
                options.batchBytes(),
                options.memoryBytes(),
                options.decodingMemoryBytes(),
                options.giveUpAfter(),
                options.schemaCheckInterval());
    }

    private static LimitSettings limitSettings(SourceLimits limits) {
        return new LimitSettings(
                limits.retainedWalBytes(),
                limits.xminAge(),
                limits.policy() == LimitPolicy.SLOW_DOWN,
                limits.policy() == LimitPolicy.ABORT);
    }

    private static CopySettings copySettings(CopyOptions options) {
        return new CopySettings(
                options.workers(),
                options.executor().orElse(null),
                options.maxBytesPerSecond(),
                options.splitBytes(),
                options.indexMemoryBytes(),
                options.throttle());
    }

    private static TableSelection selection(TableFilter filter) {
        return new TableSelection(
                filter,
                filter.included().stream()
                        .map(pattern -> new TableSelection.Wanted(pattern.toString(), pattern.name(), pattern))
                        .toList());
    }
}
