package dev.godwit.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.matrix.Sampled;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
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
 * Faults in the steps of a rollback: it is done, or the new server takes writes again and the old one stays closed, and a later attempt
 * is done. {@code -Dgodwit.race.steps=all} takes each fault at all moments, else each is drawn once or twice, by
 * {@code -Dgodwit.race.seed}. The switch is left out: once the old server is being opened it cannot be told from outside what a fault
 * leaves open at which moment.
 */
@Tag("F1")
@Sampled(oneOf = 2)
@PostgresPairTest(source = "15", target = "15")
final class RollbackStepsIT {
    private static final Logger LOG = LoggerFactory.getLogger(RollbackStepsIT.class);
    private static final int CLIENTS = 8;
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(3);
    private static final List<Fault> FAULTS =
            List.of(Fault.EXCEPTION, Fault.SOURCE_SESSIONS_END, Fault.TARGET_SESSIONS_END, Fault.TOO_LONG);

    /** What goes wrong, and when. */
    private record Act(Fault fault, Moment moment) {}

    private static List<Act> acts(Random random) {
        List<Act> acts = new ArrayList<>();
        for (Fault fault : FAULTS) {
            List<Moment> moments = new ArrayList<>(Moment.all());
            moments.removeIf(
                    moment -> moment.step().equals("switch") || (fault == Fault.TOO_LONG && !moment.isInPause()));
            Collections.shuffle(moments, random);
            int times = "all".equals(System.getProperty("godwit.race.steps"))
                    ? moments.size()
                    : fault == Fault.EXCEPTION ? 2 : 1;
            moments.stream().limit(times).map(moment -> new Act(fault, moment)).forEach(acts::add);
        }
        Collections.shuffle(acts, random);
        return acts;
    }

    @Test
    void isDoneOrUndoneWhateverFailsInAnyStep(PostgresPair pair) throws Exception {
        long seed = Long.getLong("godwit.race.seed", ThreadLocalRandom.current().nextLong(1_000_000));
        List<Act> acts = acts(new Random(seed));
        LOG.warn("with seed {}: {}", seed, acts);
        try (Arena arena = new Arena(pair, CLIENTS, seed)) {
            Round round = switched(arena);
            try {
                for (Act act : acts) {
                    round = at(arena, round, act);
                }
                round.rollBack(Fault.NOTHING, new Moment("switch", true));
                round.requireRolledBack();
            } finally {
                round.close();
            }
            arena.finish();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dgodwit.race.seed=" + seed, e);
        }
    }

    private static Round switched(Arena arena) throws Exception {
        Round round = Round.startWithWayBack(arena, SHORT_PAUSE);
        try {
            round.cutOver();
            round.requireSwitched();
            return round;
        } catch (Exception | AssertionError e) {
            round.close();
            throw e;
        }
    }

    /** Gives the round with which to go on: the same one, as long as its rollback is undone. */
    private static Round at(Arena arena, Round round, Act act) throws Exception {
        try {
            round.armRollback(act.fault(), act.moment());
            boolean done = round.attemptRollback();
            while (!done && !round.hasActed()) {
                // Undone for another reason before it came to this step: a transaction was prepared, perhaps.
                done = round.attemptRollback();
            }
            LOG.warn("{}: {}", act, done ? "done" : "undone");
            if (act.fault() == Fault.EXCEPTION || act.fault() == Fault.TOO_LONG) {
                assertThat(done).as("done").isFalse();
            }
            if (!done) {
                return round;
            }
            round.requireRolledBack();
            return switched(arena);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(String.valueOf(act), e);
        }
    }
}
