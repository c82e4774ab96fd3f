package dev.godwit.soak;

import dev.godwit.ApplyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.LiveTraffic;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.failpoint.FailpointSocketFactory;
import dev.godwit.failpoint.Failpoints;
import dev.godwit.testkit.FaultProxy;
import dev.godwit.testkit.PostgresPair;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The process that migrates: it may die, for its servers, and another one takes the migration up. For one thread. */
final class Subject implements AutoCloseable {
    private static final String NAME = "soak";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MOST_STEPS = 20;

    private final Migration migration;
    private Failpoints failpoints = Failpoints.ofLongLived();
    private MigrationRun run;

    Subject(LiveTraffic traffic, FaultProxy source, FaultProxy target) {
        FailpointSocketFactory.put(NAME, failpoints);
        migration = Migration.builder()
                .name(NAME)
                .source(FailpointSocketFactory.endpoint(source.url(PostgresPair.DATABASE), NAME))
                .target(FailpointSocketFactory.endpoint(target.url(PostgresPair.DATABASE), NAME))
                .apply(ApplyOptions.builder().appliers(2).build())
                .cutover(CutoverOptions.builder()
                        // Everything is compared in it.
                        .maxWritePause(Duration.ofMinutes(15))
                        .readyLag(Duration.ofSeconds(5))
                        .trafficSwitch(traffic.switching())
                        .build())
                .build();
        run = migration.start();
    }

    MigrationRun run() {
        return run;
    }

    /** At once, or right before or after something that it does soon. */
    String die(Random random) throws InterruptedException {
        String how = "at once";
        if (random.nextInt(3) > 0) {
            int later = random.nextInt(MOST_STEPS);
            Failpoints.When when = random.nextBoolean() ? Failpoints.When.BEFORE : Failpoints.When.AFTER;
            how = when + " step " + (later + 1);
            failpoints.arm(later, when);
            // Nothing may be done while something else is broken.
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!failpoints.isDead() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        failpoints.die();
        run.close();
        return how;
    }

    void resume() {
        failpoints = Failpoints.ofLongLived();
        FailpointSocketFactory.put(NAME, failpoints);
        run = migration.resume();
    }

    /** Ends the run, and removes what a fault has kept it from removing. */
    void end() {
        run.close();
        migration.cleanUp();
    }

    @Override
    public void close() {
        run.close();
    }
}
