package dev.godwit.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.ApplyOptions;
import dev.godwit.CopyOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.copy.Throttles;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is changed while a run is under way takes effect in it. */
@PostgresPairTest(source = "15", target = "17")
final class TuningIT {
    private static final int TABLES = 6;
    private static final String SESSIONS =
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'godwit-tuned'";
    private static final String COPYING = SESSIONS + " AND query LIKE 'COPY%' AND state = 'active'";

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    private Migration.Builder migration(PostgresPair pair) {
        for (int i = 0; i < TABLES; i++) {
            pair.source()
                    .execute(
                            pair.database(),
                            "CREATE TABLE filled" + i + " (id int PRIMARY KEY, v text)",
                            "INSERT INTO filled" + i + " SELECT i, repeat('x', 1000) FROM generate_series(1, 2500) i",
                            "ANALYZE filled" + i);
        }
        return Migration.builder()
                .name("tuned")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .listener(events::add);
    }

    private static void complete(PostgresPair pair, MigrationRun run) throws Exception {
        run.awaitReadyToCutover(Held.LIMIT);
        run.cutover();
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
    }

    private static int count(PostgresPair pair, String query) {
        return Integer.parseInt(pair.target().query(pair.database(), query).get(0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void copiesWithMoreWorkersAtOnceAndWithFewerWhenTheirPartsAreDone(boolean given, PostgresPair pair)
            throws Exception {
        ExecutorService executor = Executors.newCachedThreadPool();
        CopyOptions.Builder options =
                CopyOptions.builder().workers(1).maxBytesPerSecond(300_000).splitBytes(1 << 20);
        if (given) {
            options.executor(executor);
        }
        try (MigrationRun run = migration(pair).copy(options.build()).build().start()) {
            await().atMost(Held.LIMIT).until(() -> count(pair, COPYING) == 1);
            await().during(Duration.ofMillis(500)).atMost(Held.LIMIT).until(() -> count(pair, COPYING) <= 1);
            run.workers(4);
            await().atMost(Held.LIMIT).until(() -> count(pair, COPYING) == 4);
            int sessions = count(pair, SESSIONS);
            run.workers(2);
            run.maxBytesPerSecond(2_000_000);
            await().atMost(Held.LIMIT).until(() -> count(pair, SESSIONS) == sessions - 2);
            await().during(Duration.ofMillis(500)).atMost(Held.LIMIT).until(() -> count(pair, COPYING) <= 2);
            assertThat(run.phase()).isEqualTo(MigrationPhase.SNAPSHOT);
            run.maxBytesPerSecond(0);
            complete(pair, run);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void copiesFasterAtOnceWhenTheLimitIsLifted(PostgresPair pair) throws Exception {
        CopyOptions slow = CopyOptions.builder().maxBytesPerSecond(10_000).build();
        try (MigrationRun run = migration(pair).copy(slow).build().start()) {
            await().atMost(Held.LIMIT).until(() -> count(pair, COPYING) > 0);
            // At that pace it would take 25 minutes.
            run.maxBytesPerSecond(0);
            complete(pair, run);
        }
    }

    @Test
    void asksAnotherThrottleAtOnce(PostgresPair pair) throws Exception {
        CopyOptions held =
                CopyOptions.builder().throttle(context -> "the test wants it").build();
        try (MigrationRun run = migration(pair).copy(held).build().start()) {
            await().atMost(Held.LIMIT)
                    .until(() -> events.stream().anyMatch(MigrationEvent.CopyThrottled.class::isInstance));
            assertThat(run.phase()).isEqualTo(MigrationPhase.SNAPSHOT);
            run.throttle(Throttles.none());
            complete(pair, run);
        }
    }

    @Test
    void appliesWithAnotherNumberOfAppliersAndLosesNothing(PostgresPair pair) throws Exception {
        Migration migration = migration(pair)
                .apply(ApplyOptions.builder().appliers(1).build())
                .build();
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(Held.LIMIT);
            for (int appliers : new int[] {4, 2, 1, 3}) {
                run.appliers(appliers);
                pair.source()
                        .execute(
                                pair.database(),
                                "UPDATE filled0 SET v = v || 'y'",
                                "DELETE FROM filled1 WHERE id = " + appliers);
                await("appliers " + appliers).atMost(Held.LIMIT).until(() -> applying() == appliers);
            }
            complete(pair, run);
        }
    }

    /** Each applier has a thread that sends to the target. */
    private static long applying() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("godwit-tuned-target"))
                .count();
    }

    @Test
    void refusesWhatIsOutOfRange(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.SNAPSHOT);
                MigrationRun run = held.start()) {
            assertThatThrownBy(() -> run.workers(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> run.workers(65)).hasMessageContaining("must be 1 to 64, not 65");
            assertThatThrownBy(() -> run.maxBytesPerSecond(-1)).hasMessageContaining("not -1");
            assertThatThrownBy(() -> run.appliers(17)).hasMessageContaining("must be 1 to 16, not 17");
            run.cancel();
        }
    }
}
