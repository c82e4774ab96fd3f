package dev.godwit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.LiveTraffic;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both servers or the networks to them break again and again, from the copy to the cutover and on the way back: the run goes on by itself,
 * and nothing is lost. {@code -Dgodwit.network.faults} sets how many, {@code -Dgodwit.network.seed} repeats a choice.
 */
@Tag("F4")
@Tag("F5")
@Tag("F6")
@Sampled(oneOf = 4)
@PostgresPairTest(source = "13", target = "17")
final class BrokenSidesIT {
    private static final Logger LOG = LoggerFactory.getLogger(BrokenSidesIT.class);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int FAULTS = Integer.getInteger("godwit.network.faults", 10);
    private static final long SEED =
            Long.getLong("godwit.network.seed", ThreadLocalRandom.current().nextLong(1_000_000));
    private static final Duration OUTAGE = Duration.ofSeconds(1);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void areSurvived(boolean serversToo, PostgresPair pair) throws Exception {
        LOG.warn("{} faults with -Dgodwit.network.seed={}", FAULTS, SEED);
        try (LiveTraffic traffic = traffic(pair);
                BrokenSides sides = BrokenSides.of(pair, SEED, serversToo)) {
            Migration migration = migration(traffic.switching(), sides).build();
            try (MigrationRun run = migration.start()) {
                breakThem(run, sides);
                change(() -> ready(run, traffic), run::cutover, sides);
                traffic.requireArrived();
            }
            cleanUp(migration, sides);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dgodwit.network.seed=" + SEED + ": " + e, e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void areSurvivedOnTheWayBack(boolean serversToo, PostgresPair pair) throws Exception {
        LOG.warn("{} faults with -Dgodwit.network.seed={}", FAULTS, SEED);
        try (LiveTraffic traffic = traffic(pair);
                BrokenSides sides = BrokenSides.of(pair, SEED, serversToo)) {
            Migration migration =
                    migration(thereAndBack(pair, traffic), sides).reverse(true).build();
            try (MigrationRun run = migration.start()) {
                change(() -> ready(run, traffic), run::cutover, sides);
                breakThem(run, sides);
                change(() -> readyToRollBack(run, traffic), run::rollback, sides);
                requireBack(pair, traffic);
            }
            cleanUp(migration, sides);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dgodwit.network.seed=" + SEED + ": " + e, e);
        }
    }

    /** Nothing has begun then, so it may be tried again, as after one that was undone. */
    @Test
    void keepARehearsalFromBeginningACutoverAndARollback(PostgresPair pair) throws Exception {
        try (LiveTraffic traffic = traffic(pair);
                BrokenSides sides = BrokenSides.of(pair, SEED, false)) {
            Migration migration =
                    migration(thereAndBack(pair, traffic), sides).reverse(true).build();
            try (MigrationRun run = migration.start()) {
                ready(run, traffic);
                requireNotBegun("cutover", run::rehearseCutover, sides);
                tryAgain(run::rehearseCutover);
                ready(run, traffic);
                requireNotBegun("cutover", run::cutover, sides);
                tryAgain(run::cutover);
                readyToRollBack(run, traffic);
                requireNotBegun("rollback", run::rollback, sides);
                assertThat(run.phase()).isEqualTo(MigrationPhase.REVERSE_SYNC);
                tryAgain(() -> {
                    run.awaitReadyToRollback(LIMIT);
                    return run.rollback();
                });
                requireBack(pair, traffic);
            }
            cleanUp(migration, sides);
        }
    }

    private static void requireNotBegun(String undertaking, ThrowingCallable change, BrokenSides sides) {
        sides.endFor(OUTAGE, OUTAGE);
        assertThatThrownBy(change)
                .isInstanceOf(CutoverRevertedException.class)
                .hasMessageContaining("the " + undertaking
                        + " of migration 'network' was not begun, and may be tried again: phase "
                        + undertaking.toUpperCase(Locale.ROOT) + " could not be recorded: a connection to the target");
    }

    /** The outage may last. */
    private static <T> void tryAgain(Callable<T> change) {
        await().atMost(LIMIT).ignoreException(CutoverRevertedException.class).until(change, Objects::nonNull);
    }

    /** There is nothing to undo any more, and nothing to report but that it is done. */
    @Test
    void areWaitedForBehindTheSwitch(PostgresPair pair) throws Exception {
        try (LiveTraffic traffic = traffic(pair);
                BrokenSides sides = BrokenSides.of(pair, SEED, false)) {
            TrafficSwitch thereAndBack = thereAndBack(pair, traffic);
            TrafficSwitch outOfReach = new TrafficSwitch() {
                @Override
                public void switchToTarget(SwitchContext context) throws Exception {
                    thereAndBack.switchToTarget(context);
                    sides.endFor(OUTAGE, OUTAGE);
                }

                @Override
                public void switchToSource(SwitchContext context) throws Exception {
                    thereAndBack.switchToSource(context);
                    // Each of them records it, the one behind the other.
                    sides.endFor(OUTAGE, OUTAGE.multipliedBy(2));
                }
            };
            Migration migration = migration(outOfReach, sides).reverse(true).build();
            try (MigrationRun run = migration.start()) {
                ready(run, traffic);
                run.cutover();
                assertThat(run.phase().isCutOver()).isTrue();
                readyToRollBack(run, traffic);
                run.rollback();
                assertThat(run.phase()).isEqualTo(MigrationPhase.ROLLED_BACK);
                requireBack(pair, traffic);
            }
            cleanUp(migration, sides);
        }
    }

    /** The last fault may have kept the run from removing something. */
    private static void cleanUp(Migration migration, BrokenSides sides) {
        sides.heal();
        migration.cleanUp();
    }

    private static void ready(MigrationRun run, LiveTraffic traffic) throws Exception {
        run.awaitReadyToCutover(LIMIT);
        traffic.awaitMore(10);
    }

    private static void readyToRollBack(MigrationRun run, LiveTraffic traffic) throws Exception {
        traffic.awaitMore(10);
        run.awaitReadyToRollback(LIMIT);
    }

    private static TrafficSwitch thereAndBack(PostgresPair pair, LiveTraffic traffic) {
        TrafficSwitch there = traffic.switching();
        return new TrafficSwitch() {
            @Override
            public void switchToTarget(SwitchContext context) throws Exception {
                there.switchToTarget(context);
            }

            @Override
            public void switchToSource(SwitchContext context) {
                traffic.workload().switchTo(pair.sourceDataSource());
            }
        };
    }

    private static void requireBack(PostgresPair pair, LiveTraffic traffic) throws Exception {
        traffic.awaitMore(10);
        traffic.workload().stop();
        assertThat(traffic.workload().verify(pair.sourceDataSource()))
                .as("the old server")
                .isEmpty();
    }

    private static void breakThem(MigrationRun run, BrokenSides sides) throws InterruptedException {
        for (int fault = 0; fault < FAULTS; fault++) {
            sides.breakOne();
            sides.pause();
            assertThat(run.phase()).isNotEqualTo(MigrationPhase.FAILED);
        }
    }

    /** With faults at first, of which each may undo it; then without. */
    private static void change(BrokenSides.Step before, BrokenSides.Step changing, BrokenSides sides) throws Exception {
        for (int attempt = 0; attempt < 2; attempt++) {
            before.run();
            try {
                sides.during(changing);
                return;
            } catch (CutoverRevertedException e) {
                LOG.info("attempt {}: {}", attempt, e.getMessage());
            }
        }
        sides.heal();
        before.run();
        changing.run();
    }

    private static LiveTraffic traffic(PostgresPair pair) throws Exception {
        return LiveTraffic.on(
                pair,
                "CREATE TABLE large (id int PRIMARY KEY, payload text)",
                "INSERT INTO large SELECT i, repeat(md5(i::text), 30) FROM generate_series(1, 30000) i",
                "CREATE INDEX large_payload ON large (md5(payload))");
    }

    private static Migration.Builder migration(TrafficSwitch traffic, BrokenSides sides) {
        return sides.migration("network")
                .copy(CopyOptions.builder().workers(2).build())
                .cutover(CutoverOptions.builder()
                        .maxWritePause(Duration.ofSeconds(10))
                        .trafficSwitch(traffic)
                        .build());
    }
}
