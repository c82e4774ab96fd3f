package dev.godwit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.LiveTraffic;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.FaultProxy;
import dev.godwit.testkit.FaultProxy.Direction;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks to both servers that break again and again, from the copy to the cutover and on the way back: the run goes on by itself, and
 * nothing is lost.
 * {@code -Dgodwit.network.faults} sets how many, {@code -Dgodwit.network.seed} repeats a choice.
 */
@Tag("F6")
@PostgresPairTest(source = "13", target = "17")
final class NetworkFaultsIT {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkFaultsIT.class);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int FAULTS = Integer.getInteger("godwit.network.faults", 10);
    private static final long SEED =
            Long.getLong("godwit.network.seed", ThreadLocalRandom.current().nextLong(1_000_000));
    private static final int LONGEST_MILLIS = 600;
    private static final int MOST_BYTES = 200_000;
    private static final Duration OUTAGE = Duration.ofSeconds(1);

    private final Random random = new Random(SEED);

    @Test
    void areSurvived(PostgresPair pair) throws Exception {
        LOG.warn("{} faults with -Dgodwit.network.seed={}", FAULTS, SEED);
        try (LiveTraffic traffic = traffic(pair);
                FaultProxy source = FaultProxy.before(pair.source());
                FaultProxy target = FaultProxy.before(pair.target())) {
            Migration migration = migration(traffic.switching(), source, target).build();
            try (MigrationRun run = migration.start()) {
                harm(run, FAULTS, source, target);
                change(() -> ready(run, traffic), run::cutover, source, target);
                traffic.requireArrived();
            }
            cleanUp(migration, source, target);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dgodwit.network.seed=" + SEED + ": " + e, e);
        }
    }

    @Test
    void areSurvivedOnTheWayBack(PostgresPair pair) throws Exception {
        LOG.warn("{} faults with -Dgodwit.network.seed={}", FAULTS, SEED);
        try (LiveTraffic traffic = traffic(pair);
                FaultProxy source = FaultProxy.before(pair.source());
                FaultProxy target = FaultProxy.before(pair.target())) {
            Migration migration = migration(thereAndBack(pair, traffic), source, target)
                    .reverse(true)
                    .build();
            try (MigrationRun run = migration.start()) {
                change(() -> ready(run, traffic), run::cutover, source, target);
                harm(run, FAULTS, source, target);
                change(() -> readyToRollBack(run, traffic), run::rollback, source, target);
                requireBack(pair, traffic);
            }
            cleanUp(migration, source, target);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dgodwit.network.seed=" + SEED + ": " + e, e);
        }
    }

    /** There is nothing to undo any more, and nothing to report but that it is done. */
    @Test
    void areWaitedForBehindTheSwitch(PostgresPair pair) throws Exception {
        try (LiveTraffic traffic = traffic(pair);
                FaultProxy source = FaultProxy.before(pair.source());
                FaultProxy target = FaultProxy.before(pair.target())) {
            TrafficSwitch thereAndBack = thereAndBack(pair, traffic);
            TrafficSwitch outOfReach = new TrafficSwitch() {
                @Override
                public void switchToTarget(SwitchContext context) throws Exception {
                    thereAndBack.switchToTarget(context);
                    breakFor(OUTAGE, source, target);
                }

                @Override
                public void switchToSource(SwitchContext context) throws Exception {
                    thereAndBack.switchToSource(context);
                    // Each of them records it, the one behind the other.
                    breakFor(OUTAGE, source);
                    breakFor(OUTAGE.multipliedBy(2), target);
                }
            };
            Migration migration =
                    migration(outOfReach, source, target).reverse(true).build();
            try (MigrationRun run = migration.start()) {
                ready(run, traffic);
                run.cutover();
                assertThat(run.phase().isCutOver()).isTrue();
                readyToRollBack(run, traffic);
                run.rollback();
                assertThat(run.phase()).isEqualTo(MigrationPhase.ROLLED_BACK);
                requireBack(pair, traffic);
            }
            cleanUp(migration, source, target);
        }
    }

    /** The last fault may have kept the run from removing something. */
    private static void cleanUp(Migration migration, FaultProxy source, FaultProxy target) {
        source.heal();
        target.heal();
        migration.cleanUp();
    }

    private static void breakFor(Duration time, FaultProxy... proxies) {
        for (FaultProxy proxy : proxies) {
            proxy.refuse(true);
            proxy.cut();
        }
        CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    for (FaultProxy proxy : proxies) {
                        proxy.refuse(false);
                    }
                });
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

    private void harm(MigrationRun run, int faults, FaultProxy source, FaultProxy target) throws InterruptedException {
        for (int fault = 0; fault < faults; fault++) {
            doHarm(random.nextBoolean() ? source : target);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS));
            assertThat(run.phase()).isNotEqualTo(MigrationPhase.FAILED);
        }
    }

    /** Something that takes its time, on which the other side may fail. */
    private interface Step {
        void run() throws Exception;
    }

    /** With faults as well, of which each may undo it; then without. */
    private void change(Step before, Step sides, FaultProxy source, FaultProxy target) throws Exception {
        for (int attempt = 0; ; attempt++) {
            before.run();
            AtomicBoolean over = new AtomicBoolean();
            Thread harm = new Thread(() -> harmUntil(over, source, target));
            if (attempt < 2) {
                harm.start();
            } else {
                source.heal();
                target.heal();
            }
            try {
                sides.run();
                return;
            } catch (CutoverRevertedException e) {
                LOG.info("attempt {}: {}", attempt, e.getMessage());
                assertThat(attempt).as(e.toString()).isLessThan(2);
            } finally {
                over.set(true);
                harm.join();
            }
        }
    }

    private void harmUntil(AtomicBoolean over, FaultProxy source, FaultProxy target) {
        try {
            while (!over.get()) {
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS));
                doHarm(random.nextBoolean() ? source : target);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void doHarm(FaultProxy proxy) throws InterruptedException {
        Direction direction = random.nextBoolean() ? Direction.TO_CLIENT : Direction.TO_SERVER;
        switch (random.nextInt(6)) {
            case 0 -> proxy.cut();
            case 1 -> proxy.resetAfter(direction, 1 + random.nextInt(MOST_BYTES));
            case 2 -> {
                proxy.refuse(true);
                proxy.cut();
                pause();
                proxy.refuse(false);
            }
            case 3 -> {
                proxy.stall(direction);
                pause();
                proxy.resume();
            }
            case 4 -> {
                // What was on its way is lost, and nobody is told until later.
                proxy.stall(direction);
                pause();
                proxy.cut();
                proxy.resume();
            }
            default -> {
                proxy.latency(Duration.ofMillis(50));
                pause();
                proxy.latency(Duration.ZERO);
            }
        }
    }

    private void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS));
    }

    private static LiveTraffic traffic(PostgresPair pair) throws Exception {
        return LiveTraffic.on(
                pair,
                "CREATE TABLE large (id int PRIMARY KEY, payload text)",
                "INSERT INTO large SELECT i, repeat(md5(i::text), 30) FROM generate_series(1, 30000) i",
                "CREATE INDEX large_payload ON large (md5(payload))");
    }

    private static Migration.Builder migration(TrafficSwitch traffic, FaultProxy source, FaultProxy target) {
        return Migration.builder()
                .name("network")
                .source(Endpoint.of(source.url(PostgresPair.DATABASE)).credentials("postgres", ""))
                .target(Endpoint.of(target.url(PostgresPair.DATABASE)).credentials("postgres", ""))
                .copy(CopyOptions.builder().workers(2).build())
                .cutover(CutoverOptions.builder()
                        .maxWritePause(Duration.ofSeconds(10))
                        .trafficSwitch(traffic)
                        .build());
    }
}
