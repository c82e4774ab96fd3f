package dev.godwit.crash;

import dev.godwit.ApplyOptions;
import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationPhase;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.schema.SchemaStep;
import java.time.Duration;
import java.util.List;

/**
 * The process that is killed: resumes the migration, says what it reaches on its standard output, and goes on past READY and
 * past the switch when it is told to on its standard input.
 *
 * <p>Arguments: source URL, target URL, the {@link Moment}, or begin or end of a step
 * ({@link dev.godwit.race.Moment}), at which to halt, and an identifier of a schema step that is
 * stretched by a sleep (empty for none), so that the process can be killed in the middle of it.
 */
final class MigratorProcess {
    static final String MIGRATION = "crash";
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private MigratorProcess() {}

    public static void main(String[] args) {
        Dialogue dialogue = Dialogue.withTest();
        Moment.haltInStep(MIGRATION, args[2]);
        Migration migration = migration(args[0], args[1], Moment.parse(args[2], dialogue), args[3]);
        try {
            run(migration, dialogue);
            dialogue.say("completed");
        } catch (Exception e) {
            dialogue.say("failed " + String.valueOf(e.getMessage()).replace('\n', ' '));
            System.exit(1);
        }
        System.exit(0);
    }

    /** What an application does that knows nothing of what happened before. */
    private static void run(Migration migration, Dialogue dialogue) throws InterruptedException {
        try (MigrationRun run = migration.resume()) {
            dialogue.say("resumed");
            run.awaitReadyToCutover(LIMIT);
            if (run.phase() != MigrationPhase.COMPLETED) {
                dialogue.say("ready");
                while (!dialogue.told(Duration.ofMillis(50))) {
                    run.awaitReadyToCutover(LIMIT);
                }
                run.cutover();
            }
            run.awaitCompleted(LIMIT);
        }
    }

    static Migration migration(String source, String target, Moment moment, String stretched) {
        return Migration.builder()
                .name(MIGRATION)
                .source(Endpoint.of(source).credentials("postgres", ""))
                .target(Endpoint.of(target).credentials("postgres", ""))
                .schema(moment.preparer(stretching(stretched)))
                .copy(CopyOptions.builder().workers(2).build())
                .apply(ApplyOptions.builder().appliers(appliers()).build())
                .cutover(CutoverOptions.builder()
                        .fence(moment.fence())
                        .trafficSwitch(moment.trafficSwitch())
                        .maxWritePause(Duration.ofSeconds(20))
                        .build())
                .listener(moment::onEvent)
                .build();
    }

    /** One process may well have more or fewer than the one before. */
    private static int appliers() {
        return 1 + (int) (ProcessHandle.current().pid() % 3);
    }

    private static SchemaPreparer stretching(String id) {
        SchemaPreparer real = SchemaPreparers.fromCatalog();
        if (id.isEmpty()) {
            return real;
        }
        return (source, target, tables) -> {
            SchemaPlan plan = real.plan(source, target, tables);
            if (plan.steps().stream().noneMatch(step -> step.id().equals(id))) {
                throw new IllegalArgumentException("no step '" + id + "' among "
                        + plan.steps().stream().map(SchemaStep::id).toList());
            }
            List<SchemaStep> steps = plan.steps().stream()
                    .map(step -> step.id().equals(id) ? slow(step) : step)
                    .toList();
            return new SchemaPlan(steps, plan.notCarried(), plan.needs());
        };
    }

    private static SchemaStep slow(SchemaStep step) {
        return new SchemaStep(
                step.id(), step.stage(), step.tableOrNull(), step.sql() + "; SELECT pg_catalog.pg_sleep(1.5)");
    }
}
