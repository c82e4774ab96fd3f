package dev.godwit.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.matrix.Sampled;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each fault in each step of the cutover, at its begin and at its end: the cutover is done, or the source takes writes again and the
 * run is ready again; a later attempt is done. {@code -Dgodwit.race.steps=all} takes all moments, else four of the steps have their
 * turn with each fault, at their begin or their end, as {@code -Dgodwit.race.seed} draws; kills are as many as
 * {@code -Dgodwit.race.kills} says.
 */
@Tag("F1")
@PostgresPairTest(source = "15", target = "15")
@Sampled(oneOf = 4)
final class CutoverStepsIT {
    private static final Logger LOG = LoggerFactory.getLogger(CutoverStepsIT.class);
    private static final int CLIENTS = 8;
    private static final int STEPS_OF_A_BUILD = 4;
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(3);

    private static long seed() {
        return Long.getLong("godwit.race.seed", ThreadLocalRandom.current().nextLong(1_000_000));
    }

    private static List<Moment> moments(Random random) {
        boolean all = "all".equals(System.getProperty("godwit.race.steps"));
        List<String> steps = new ArrayList<>(Moment.STEPS);
        while (!all && steps.size() > STEPS_OF_A_BUILD) {
            steps.remove(random.nextInt(steps.size()));
        }
        List<Moment> moments = new ArrayList<>();
        for (String step : steps) {
            boolean end = random.nextBoolean();
            moments.add(new Moment(step, end));
            if (all) {
                moments.add(new Moment(step, !end));
            }
        }
        return moments;
    }

    @ParameterizedTest
    @EnumSource(names = {"EXCEPTION", "SOURCE_SESSIONS_END", "TARGET_SESSIONS_END", "TOO_LONG"})
    void isDoneOrUndoneWhateverFailsInAnyStep(Fault fault, PostgresPair pair) throws Exception {
        long seed = seed();
        LOG.warn("{} with seed {}", fault, seed);
        try (Arena arena = new Arena(pair, CLIENTS, seed)) {
            Round round = Round.start(arena, SHORT_PAUSE);
            try {
                for (Moment moment : moments(new Random(seed))) {
                    round = at(arena, round, fault, moment);
                }
                round.cutOver();
                round.requireDone();
            } finally {
                round.close();
            }
            arena.finish();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dgodwit.race.seed=" + seed, e);
        }
    }

    /** Gives the round with which to go on: the same one, as long as its cutover is undone. */
    private static Round at(Arena arena, Round round, Fault fault, Moment moment) throws Exception {
        if (!fault.fits(moment)) {
            return round;
        }
        try {
            round.arm(fault, moment);
            boolean done = round.attempt();
            while (!done && !round.hasActed()) {
                // Undone for another reason before it came to this step: a transaction was prepared, perhaps.
                done = round.attempt();
            }
            LOG.warn("{} at the {}: {}", fault, moment, done ? "done" : "undone");
            if (fault == Fault.EXCEPTION || (fault == Fault.TOO_LONG && moment.isInPause())) {
                assertThat(done).as("done").isFalse();
            }
            if (!done) {
                return round;
            }
            round.requireDone();
            return Round.start(arena, SHORT_PAUSE);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(fault + " at the " + moment, e);
        }
    }

    @Test
    void isDoneOrUndoneWhereverTheProcessIsKilled(PostgresPair pair) throws Exception {
        long seed = seed();
        Random random = new Random(seed);
        List<Moment> moments = Moment.all();
        int kills = Integer.getInteger("godwit.race.kills", 2);
        LOG.warn("{} kills with seed {}", kills, seed);
        try (Arena arena = new Arena(pair, CLIENTS, seed)) {
            for (int kill = 0; kill < kills; kill++) {
                // All of them, if there are enough kills.
                Moment moment = moments.remove(random.nextInt(moments.size()));
                if (moments.isEmpty()) {
                    moments.addAll(Moment.all());
                }
                killed(arena, moment);
            }
            arena.finish();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dgodwit.race.seed=" + seed, e);
        }
    }

    private static void killed(Arena arena, Moment moment) throws Exception {
        Side source = arena.open();
        try (Round round = Round.startWithKill(arena, moment)) {
            boolean done = arena.open() != source;
            LOG.warn("killed at the {}: {}", moment, done ? "done" : "undone");
            assertThat(done).as("done").isEqualTo(moment.isDecided());
            round.cutOver();
            round.requireDone();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("killed at the " + moment, e);
        }
    }
}
