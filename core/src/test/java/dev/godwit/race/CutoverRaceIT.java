package dev.godwit.race;

import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients of all kinds write while a database moves to and fro between two servers, and faults are thrown in.
 * {@code -Dgodwit.race.cutovers} sets how often it moves, {@code -Dgodwit.race.writers} how many write, and
 * {@code -Dgodwit.race.seed} repeats a run's faults.
 */
@PostgresPairTest(source = "17", target = "17")
final class CutoverRaceIT {
    private static final Logger LOG = LoggerFactory.getLogger(CutoverRaceIT.class);

    @Test
    void losesAndRepeatsNothingAndNeverOpensBothSides(PostgresPair pair) throws Exception {
        int cutovers = Integer.getInteger("godwit.race.cutovers", 4);
        long seed = Long.getLong("godwit.race.seed", ThreadLocalRandom.current().nextLong(1_000_000));
        LOG.warn("{} cutovers with seed {}", cutovers, seed);
        try (Arena arena = new Arena(pair, Integer.getInteger("godwit.race.writers", 32), seed)) {
            Random random = new Random(seed);
            List<Fault> faults = new ArrayList<>();
            for (int cutover = 1; cutover <= cutovers; cutover++) {
                if (faults.isEmpty()) {
                    faults.addAll(List.of(Fault.values()));
                    Collections.shuffle(faults, random);
                }
                cutOver(arena, faults.remove(0), random, cutover);
            }
            arena.finish();
            LOG.warn(
                    "{}; {} writes of probers",
                    arena.journal().summary(),
                    arena.timeline().writes());
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dgodwit.race.seed=" + seed, e);
        }
    }

    private static void cutOver(Arena arena, Fault fault, Random random, int cutover) throws Exception {
        List<Moment> moments = Moment.all();
        Moment moment = moments.get(random.nextInt(moments.size()));
        LOG.warn("cutover {} from {}: {} at the {}", cutover, arena.open(), fault, moment);
        try (Round round = fault == Fault.KILL ? Round.startWithKill(arena, moment) : Round.start(arena)) {
            round.arm(fault, moment);
            int undone = round.cutOver();
            LOG.warn("cutover {} was undone {} times", cutover, undone);
            round.requireDone();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("in cutover " + cutover + ", " + fault + " at the " + moment, e);
        }
    }
}
