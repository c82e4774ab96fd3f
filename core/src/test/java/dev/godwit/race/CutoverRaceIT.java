package dev.godwit.race;

import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients of all kinds write while a database moves to and fro between two servers, and faults are thrown in.
 * {@code -Dgodwit.race.cutovers} sets how often it moves, {@code -Dgodwit.race.rollbacks} how often it moves back by the way back that the
 * cutover has left, {@code -Dgodwit.race.writers} how many write, and {@code -Dgodwit.race.seed} repeats a run's faults.
 */
@Tag("R3")
@Tag("R4")
@PostgresPairTest(source = "17", target = "17")
final class CutoverRaceIT {
    /** What a rollback takes as a cutover does; the others are about how the switch is made, or a process that ends. */
    private static final List<Fault> ROLLBACK_FAULTS = List.of(
            Fault.NOTHING,
            Fault.EXCEPTION,
            Fault.SOURCE_SESSIONS_END,
            Fault.TARGET_SESSIONS_END,
            Fault.SOURCE_CUT,
            Fault.TARGET_CUT,
            Fault.SOURCE_STALLS,
            Fault.TARGET_STALLS,
            Fault.SOURCE_RESTARTS,
            Fault.TARGET_CRASHES,
            Fault.TOO_LONG,
            Fault.LISTENER_THROWS);

    private static final Logger LOG = LoggerFactory.getLogger(CutoverRaceIT.class);

    @Test
    void losesAndRepeatsNothingAndNeverOpensBothSides(PostgresPair pair) throws Exception {
        int cutovers = Integer.getInteger("godwit.race.cutovers", 3);
        int rollbacks = Integer.getInteger("godwit.race.rollbacks", 1);
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
                Fault fault = faults.remove(0);
                boolean back = fault != Fault.KILL && rollbacks > 0;
                rollbacks -= back ? 1 : 0;
                cutOver(arena, fault, random, cutover, back);
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

    private static void cutOver(Arena arena, Fault fault, Random random, int cutover, boolean back) throws Exception {
        List<Moment> moments = Moment.all().stream().filter(fault::fits).toList();
        Moment moment = moments.get(random.nextInt(moments.size()));
        LOG.warn("cutover {} from {}: {} at the {}", cutover, arena.open(), fault, moment);
        try (Round round = start(arena, fault, moment, back)) {
            round.arm(fault, moment);
            int undone = round.cutOver();
            LOG.warn("cutover {} was undone {} times", cutover, undone);
            if (back) {
                rollBack(round, random, cutover);
            } else {
                round.requireDone();
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError("in cutover " + cutover + ", " + fault + " at the " + moment, e);
        }
    }

    private static Round start(Arena arena, Fault fault, Moment moment, boolean back) throws Exception {
        if (fault == Fault.KILL) {
            return Round.startWithKill(arena, moment);
        }
        return back ? Round.startWithWayBack(arena, Round.PAUSE) : Round.start(arena);
    }

    private static void rollBack(Round round, Random random, int cutover) throws Exception {
        round.requireSwitched();
        Fault fault = ROLLBACK_FAULTS.get(random.nextInt(ROLLBACK_FAULTS.size()));
        // Once the old server is being opened it cannot be told from outside what a fault leaves open at which moment.
        List<Moment> moments = Moment.all().stream()
                .filter(moment -> !moment.step().equals("switch"))
                .toList();
        Moment moment = moments.get(random.nextInt(moments.size()));
        LOG.warn("rollback of cutover {}: {} at the {}", cutover, fault, moment);
        int undone = round.rollBack(fault, moment);
        LOG.warn("the rollback of cutover {} was undone {} times", cutover, undone);
        round.requireRolledBack();
    }
}
