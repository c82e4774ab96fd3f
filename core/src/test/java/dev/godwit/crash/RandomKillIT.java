package dev.godwit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.matrix.Sampled;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills at random moments of one migration. {@code -Dgodwit.crash.kills} sets how many, {@code -Dgodwit.crash.seed} repeats a
 * run's delays.
 */
@Tag("F2")
@Sampled(oneOf = 2)
@PostgresPairTest(source = "13", target = "17")
final class RandomKillIT {
    private static final Logger LOG = LoggerFactory.getLogger(RandomKillIT.class);
    private static final int LONGEST_MILLIS = 2_000;

    @Test
    void endsIdenticalWheneverItIsKilled(PostgresPair pair) throws Exception {
        int kills = Integer.getInteger("godwit.crash.kills", 8);
        long seed =
                Long.getLong("godwit.crash.seed", ThreadLocalRandom.current().nextLong(1_000_000));
        LOG.warn("{} kills with seed {}", kills, seed);
        Random random = new Random(seed);
        try (LiveSource source = new LiveSource(pair, seed)) {
            for (int kill = 1; kill <= kills; kill++) {
                Migrator migrator = source.resume();
                // The first half may not cut over, or nothing would be left for the second.
                boolean cutOver = kill > kills / 2;
                awaitDeath(migrator, cutOver, 1 + random.nextInt(LONGEST_MILLIS));
            }
            Migrator last = source.resume();
            last.awaitReadyOrCompleted();
            if (last.hasSaid("ready")) {
                last.go();
            }
            source.requireCompleted(last);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dgodwit.crash.seed=" + seed, e);
        }
    }

    /** The time counts from the moment at which the process has taken the migration over. */
    private static void awaitDeath(Migrator migrator, boolean cutOver, int millis) throws Exception {
        migrator.await("resumed");
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean told = false;
        while (System.nanoTime() < deadline) {
            if (cutOver && !told && migrator.hasSaid("ready")) {
                migrator.go();
                told = true;
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
        migrator.kill();
        assertThat(migrator.said()).noneMatch(line -> line.startsWith("failed") || line.startsWith("switching"));
    }
}
