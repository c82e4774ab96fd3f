package dev.godwit.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.CutoverOptions;
import dev.godwit.MigrationGroup;
import dev.godwit.MigrationGroupRun;
import dev.godwit.internal.cutover.StepActs;
import dev.godwit.matrix.Sampled;
import dev.godwit.race.Moment;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Faults in the steps of one member of a group that is cut over: in the end all members have taken over, or none, and a later attempt
 * is done. {@code -Dgodwit.race.steps=all} takes each fault at all moments, else each is drawn once, by {@code -Dgodwit.race.seed}.
 */
@Tag("F1")
@Sampled(oneOf = 2)
@PostgresPairTest(source = "13", target = "17")
final class GroupStepsIT {
    private static final Logger LOG = LoggerFactory.getLogger(GroupStepsIT.class);
    private static final Duration SHORT_PAUSE = Duration.ofSeconds(3);

    /** What goes wrong. */
    private enum Fault {
        EXCEPTION,
        SOURCE_SESSIONS_END,
        TARGET_SESSIONS_END,
        TOO_LONG
    }

    /** What goes wrong, when, and in which member. */
    private record Act(Fault fault, Moment moment, String member) {
        /** Nobody's traffic can have been switched by then. */
        boolean mustBeUndone() {
            return switch (fault) {
                case EXCEPTION -> !moment.step().equals("switch");
                case TOO_LONG -> moment.isInPause();
                default -> false;
            };
        }
    }

    @AfterEach
    void actNoMore() {
        StepActs.clear();
    }

    private static List<Act> acts(Random random) {
        boolean all = "all".equals(System.getProperty("godwit.race.steps"));
        List<Act> acts = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            List<Moment> moments = new ArrayList<>(Moment.all());
            moments.removeIf(moment -> fault == Fault.TOO_LONG && !moment.isInPause());
            Collections.shuffle(moments, random);
            for (Moment moment : all ? moments : moments.subList(0, 1)) {
                List<String> members = new ArrayList<>(Shops.names(3));
                if (moment.is("switch", true)) {
                    // What the first switch has done is not undone any more, and must not fail then.
                    members.remove(0);
                }
                acts.add(new Act(fault, moment, members.get(random.nextInt(members.size()))));
            }
        }
        Collections.shuffle(acts, random);
        return acts;
    }

    @Test
    void isDoneOrUndoneTogetherWhateverFailsInAnyStepOfAMember(PostgresPair pair) throws Exception {
        long seed = Long.getLong("godwit.race.seed", ThreadLocalRandom.current().nextLong(1_000_000));
        List<Act> acts = acts(new Random(seed));
        LOG.warn("with seed {}: {}", seed, acts);
        List<Act> left = new ArrayList<>(acts);
        try {
            while (!left.isEmpty()) {
                try (Shops shops = new Shops(pair, 3, seed)) {
                    untilAllAreMoved(pair, shops, left);
                    shops.requireCompleted();
                    shops.group().cleanUp();
                    shops.drop();
                }
            }
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dgodwit.race.seed=" + seed + ", left: " + left, e);
        }
    }

    private static MigrationGroup group(Shops shops) {
        Map<String, CutoverOptions.Builder> cutovers = new LinkedHashMap<>();
        for (String name : shops.names()) {
            cutovers.put(name, shops.switching(real -> real, SHORT_PAUSE));
        }
        return shops.group(cutovers).build();
    }

    /** Takes the acts, one after the other, until one of them does not keep the cutover from being done. */
    private static void untilAllAreMoved(PostgresPair pair, Shops shops, List<Act> left) throws Exception {
        MigrationGroup group = group(shops);
        MigrationGroupRun run = group.start();
        try {
            boolean done = false;
            while (!done) {
                if (left.isEmpty()) {
                    StepActs.clear();
                    Shops.ready(run).cutover();
                    return;
                }
                Act act = left.get(0);
                AtomicBoolean acted = arm(pair, act);
                try {
                    Shops.ready(run).cutover();
                    done = true;
                } catch (CutoverRevertedException e) {
                    LOG.info("{}: undone: {}", act, e.getMessage());
                    shops.requireUndone();
                } catch (MigrationException e) {
                    LOG.info("{}: to be resumed: {}", act, e.getMessage());
                    StepActs.clear();
                    run.close();
                    run = group.resume();
                    done = Shops.isDone(Shops.ready(run));
                    if (!done) {
                        shops.requireUndone();
                    }
                }
                if (acted.get()) {
                    LOG.warn("{}: {}", act, done ? "done" : "undone");
                    assertThat(done && act.mustBeUndone()).as("%s is done", act).isFalse();
                    left.remove(0);
                }
            }
        } finally {
            run.close();
        }
    }

    private static AtomicBoolean arm(PostgresPair pair, Act act) {
        AtomicBoolean acted = new AtomicBoolean();
        StepActs.set((migration, step, ended) -> {
            if (migration.equals(act.member()) && act.moment().is(step, ended) && acted.compareAndSet(false, true)) {
                switch (act.fault()) {
                    case EXCEPTION -> throw new SQLException("made up by the test", "XX000");
                    case SOURCE_SESSIONS_END -> endSessions(pair.source(), migration);
                    case TARGET_SESSIONS_END -> endSessions(pair.target(), migration);
                    case TOO_LONG ->
                        TimeUnit.NANOSECONDS.sleep(SHORT_PAUSE.plusMillis(50).toNanos());
                }
            }
        });
        return acted;
    }

    private static void endSessions(PostgresServer server, String migration) {
        server.query(
                "postgres",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'godwit-"
                        + migration + "%'");
    }
}
