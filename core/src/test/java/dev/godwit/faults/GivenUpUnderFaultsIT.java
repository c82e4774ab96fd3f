package dev.godwit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.CancelOption;
import dev.godwit.CopyOptions;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.LeakCheck;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A migration is started, taken up and given up in any phase while both servers or the networks to them break: who asks again gets
 * there, and nothing is left of it. {@code -Dgodwit.network.migrations} sets how many, {@code -Dgodwit.network.seed} repeats a choice.
 */
@Tag("F4")
@Tag("F5")
@Tag("F6")
@Sampled(oneOf = 2)
@PostgresPairTest(source = "13", target = "17")
final class GivenUpUnderFaultsIT {
    private static final Logger LOG = LoggerFactory.getLogger(GivenUpUnderFaultsIT.class);
    private static final int MIGRATIONS = Integer.getInteger("godwit.network.migrations", 2);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int LONGEST_RUN_MILLIS = 2_000;
    private static final long SEED =
            Long.getLong("godwit.network.seed", ThreadLocalRandom.current().nextLong(1_000_000));
    private static final String OBJECTS =
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' UNION ALL SELECT nspname, '' FROM pg_namespace"
                    + " WHERE nspname !~ '^pg_' ORDER BY 1, 2";

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leavesNothing(boolean serversToo, PostgresPair pair) throws Exception {
        LOG.warn("{} migrations with -Dgodwit.network.seed={}", MIGRATIONS, SEED);
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.large (id serial PRIMARY KEY, payload text)",
                        "INSERT INTO shop.large (payload) SELECT repeat(md5(i::text), 30) FROM generate_series(1, 20000) i",
                        "CREATE INDEX large_payload ON shop.large (md5(payload))",
                        "CREATE VIEW shop.seen AS SELECT id FROM shop.large");
        List<String> before = pair.target().query(pair.database(), OBJECTS);
        for (int i = 0; i < MIGRATIONS; i++) {
            long seed = random.nextInt(1_000_000);
            LeakCheck leaks = LeakCheck.begin(pair.source(), pair.target());
            try (BrokenSides sides = BrokenSides.of(pair, seed, serversToo)) {
                Migration migration = sides.migration("given-up")
                        .copy(CopyOptions.builder().workers(2).build())
                        .build();
                sides.during(() -> {
                    takeUp(migration);
                    giveUp(migration);
                });
            }
            assertThat(pair.target().query(pair.database(), OBJECTS))
                    .as("seed %d", SEED)
                    .isEqualTo(before);
            leaks.assertNone();
        }
    }

    /** Three processes, one after the other, each for a while. */
    private void takeUp(Migration migration) throws InterruptedException {
        for (int process = 0; process < 3; process++) {
            try (MigrationRun run = begin(migration)) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_RUN_MILLIS));
                MigrationPhase phase = run.phase();
                LOG.warn("given up in {}", phase);
                assertThat(phase).as("seed %d", SEED).isNotEqualTo(MigrationPhase.FAILED);
            }
        }
    }

    /** Whether it was registered is told by who is asked next. */
    private static MigrationRun begin(Migration migration) {
        AtomicInteger tries = new AtomicInteger();
        return untilDone(() -> tries.getAndIncrement() % 2 == 0 ? migration.start() : migration.resume());
    }

    /** What a run that was cancelled has left is removed without one. */
    private static void giveUp(Migration migration) {
        try (MigrationRun run = begin(migration)) {
            assertThat(run.cancel(CancelOption.CLEAN_TARGET).left()).isEmpty();
            return;
        } catch (MigrationException e) {
            LOG.warn("to be cleaned up: {}", e.getMessage());
        }
        CleanUpReport report = untilDone(() -> migration.cleanUp(CancelOption.CLEAN_TARGET));
        assertThat(report.left()).isEmpty();
    }

    private static <T> T untilDone(Supplier<T> action) {
        AtomicReference<@Nullable T> done = new AtomicReference<>();
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
            try {
                done.set(action.get());
            } catch (MigrationException e) {
                throw new AssertionError("not done yet", e);
            }
        });
        return Objects.requireNonNull(done.get());
    }
}
