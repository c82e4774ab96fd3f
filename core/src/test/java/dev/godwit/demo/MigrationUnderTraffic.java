package dev.godwit.demo;

import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationListener;
import dev.godwit.testkit.PostgresServer;
import java.time.Duration;

/** Moves the rental database with Godwit: what an application would write. */
final class MigrationUnderTraffic implements DatabaseMove {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public Cutover run(
            PostgresServer source, PostgresServer target, MigrationListener listener, Application application)
            throws Exception {
        Migration migration = Migration.builder()
                .name("rentals-" + source.major() + "-to-" + target.major())
                .source(endpoint(source))
                .target(endpoint(target))
                .copy(CopyOptions.builder().workers(2).build())
                .cutover(CutoverOptions.builder()
                        .maxWritePause(Duration.ofSeconds(2))
                        .trafficSwitch(context -> application.moveToTarget())
                        .build())
                .listener(listener)
                .build();

        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(PATIENCE);
            application.awaitGoodMoment();
            long from = System.nanoTime();
            run.cutover();
            return new Cutover(from, System.nanoTime());
        }
    }

    private static Endpoint endpoint(PostgresServer server) {
        return Endpoint.of(server.url(RentalDatabase.NAME)).credentials(server.superuser(), "");
    }
}
