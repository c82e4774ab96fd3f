package dev.godwit.docs;

import dev.godwit.CopyOptions;
import dev.godwit.Credentials;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.TableFilter;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationListener;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.schema.SchemaPreparers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The README's snippets; {@link ReadmeTest} holds both equal, {@link ReadmeExampleIT} runs them. */
final class ReadmeExamples {
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    CutoverReport migrate(String oldUrl, String newUrl, Credentials credentials, TrafficSwitch pool)
            throws InterruptedException {
        // docs:begin example
        Migration migration = Migration.builder()
                .name("orders-13-to-17")
                .source(Endpoint.of(oldUrl).credentials(credentials))
                .target(Endpoint.of(newUrl).credentials(credentials))
                .cutover(CutoverOptions.builder().trafficSwitch(pool).build())
                .listener(event -> told.add(event.toString()))
                .build();

        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(Duration.ofHours(6));
            CutoverReport report = run.cutover();
            told.add("writes were held back for " + report.writePause());
            return report;
        }
        // docs:end example
    }

    static Migration everyOption(String oldUrl, String newUrl, Credentials credentials, TrafficSwitch pool) {
        // docs:begin options
        return Migration.builder()
                .name("orders-15-to-17")
                .source(Endpoint.of(oldUrl).credentials(credentials).property("sslmode", "prefer"))
                .target(Endpoint.of(newUrl).credentials("mover", "secret"))
                .tables(TableFilter.all()
                        .exclude("audit.*")
                        .rows("public.orders", "tenant <= 500")
                        .columns("public.person", "id", "name"))
                .schema(SchemaPreparers.fromCatalog())
                .copy(CopyOptions.builder().workers(8).build())
                .cutover(CutoverOptions.builder()
                        .fence(WriteFences.lockTables())
                        .trafficSwitch(pool)
                        .maxWritePause(Duration.ofSeconds(2))
                        .fenceTimeout(Duration.ofMinutes(2))
                        .readyLag(Duration.ofMillis(500))
                        .build())
                .listener(new ProgressPrinter())
                .build();
        // docs:end options
    }

    static CutoverReport cutOverWithPatience(MigrationRun run, int attempts) throws InterruptedException {
        // docs:begin cutover
        for (int attempt = 1; ; attempt++) {
            run.awaitReadyToCutover(Duration.ofHours(1));
            try {
                return run.cutover();
            } catch (CutoverRevertedException e) {
                // The source takes writes again; the message says which step failed and why.
                if (attempt == attempts) {
                    throw e;
                }
            }
        }
        // docs:end cutover
    }

    static void keepOrGoBack(MigrationRun run, BooleanSupplier soundsGood) throws InterruptedException {
        // docs:begin wayback
        run.cutover();
        if (soundsGood.getAsBoolean()) {
            run.finalizeMigration();
        } else {
            run.awaitReadyToRollback(Duration.ofMinutes(10));
            run.rollback();
        }
        // docs:end wayback
    }

    // docs:begin listener
    static final class ProgressPrinter implements MigrationListener {
        @Override
        public void onEvent(MigrationEvent event) {
            if (event instanceof MigrationEvent.PhaseChanged change) {
                System.out.println(change.from() + " -> " + change.to());
            } else if (event instanceof MigrationEvent.ReplicationProgress progress) {
                System.out.println(progress.lagBytes() + " bytes, " + progress.lag() + " behind");
            } else if (event instanceof MigrationEvent.Warning warning) {
                System.out.println("look at this: " + warning.message());
            }
        }
    }
    // docs:end listener

    List<String> told() {
        return List.copyOf(told);
    }
}
