package dev.godwit.failpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.LiveTraffic;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationPhase;
import dev.godwit.failpoint.Failpoints.When;
import dev.godwit.matrix.Part;
import dev.godwit.testkit.PostgresAssertions;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process dies right before, or right after, one of the statements that change something on either server; another one resumes, and
 * the end is as if nothing had been. Some points chosen at random; {@code -Dgodwit.failpoints=all} for every one, both before and after,
 * with {@code -Dgodwit.part=2/6} for a {@link Part} of these, or a number; {@code -Dgodwit.failpoints.seed} repeats a choice,
 * {@code -Dgodwit.failpoints.only=17:AFTER} one point.
 */
@Tag("F1")
@PostgresPairTest(source = "13", target = "17")
final class EveryDurableStepIT {
    private static final Logger LOG = LoggerFactory.getLogger(EveryDurableStepIT.class);
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String POINTS = System.getProperty("godwit.failpoints", "3");
    private static final long SEED =
            Long.getLong("godwit.failpoints.seed", ThreadLocalRandom.current().nextLong(1_000_000));

    /** Phases that a run which is resumed does not leave by itself. */
    private static final Set<MigrationPhase> STANDING = EnumSet.of(
            MigrationPhase.READY_TO_CUTOVER, MigrationPhase.COMPLETED, MigrationPhase.PAUSED, MigrationPhase.FAILED);

    private record Point(int number, When when) {
        static Point parse(String text) {
            String[] parts = text.split(":", 2);
            return new Point(Integer.parseInt(parts[0]), When.valueOf(parts[1]));
        }
    }

    @Test
    void isSurvived(PostgresPair pair) throws Exception {
        List<String> steps = trial(pair, new Point(Failpoints.NEVER, When.BEFORE));
        LOG.info("{} durable steps; -Dgodwit.failpoints.seed={}", steps.size(), SEED);
        LOG.debug("{}", steps);
        assertThat(steps)
                .anyMatch(step -> step.startsWith("CREATE PUBLICATION"))
                .anyMatch(step -> step.startsWith("CREATE_REPLICATION_SLOT"))
                .anyMatch(step -> step.contains("COPY"))
                .anyMatch(step -> step.contains("confirmation"))
                .hasSizeGreaterThan(50);
        List<String> broken = new ArrayList<>();
        for (Point point : points(steps.size())) {
            try {
                trial(pair, point);
            } catch (Exception | AssertionError e) {
                LOG.error("{}", point, e);
                broken.add("-Dgodwit.failpoints.only=" + point.number() + ":" + point.when() + " (seed " + SEED + "): "
                        + e);
            }
        }
        assertThat(broken).isEmpty();
    }

    private static List<Point> points(int steps) {
        String only = System.getProperty("godwit.failpoints.only");
        if (only != null) {
            return List.of(Point.parse(only));
        }
        List<Point> points = new ArrayList<>();
        IntStream.rangeClosed(1, steps).forEach(number -> {
            points.add(new Point(number, When.BEFORE));
            points.add(new Point(number, When.AFTER));
        });
        if (POINTS.equals("all")) {
            return Part.of(points);
        }
        Collections.shuffle(points, new Random(SEED));
        return points.subList(0, Math.min(points.size(), Integer.parseInt(POINTS)));
    }

    /** Gives the steps of the process that died, or lived if there is no such point. */
    private static List<String> trial(PostgresPair pair, Point point) throws Exception {
        pair.reset();
        try (LiveTraffic traffic = traffic(pair)) {
            Failpoints failpoints = new Failpoints(point.number(), point.when());
            FailpointSocketFactory.put("dying", failpoints);
            boolean completed = die(pair, traffic, failpoints);
            List<String> steps = failpoints.passed();
            LOG.info("{} of {}: {}", point, steps.size(), steps.get(steps.size() - 1));
            Failpoints alive = new Failpoints(Failpoints.NEVER, When.BEFORE);
            FailpointSocketFactory.put("alive", alive);
            Migration migration = migration(pair, traffic, "alive");
            if (!completed) {
                resume(pair, migration);
            }
            traffic.requireArrived();
            migration.cleanUp();
            PostgresAssertions.assertThat(pair).hasNoLeftovers();
            return steps;
        }
    }

    private static boolean die(PostgresPair pair, LiveTraffic traffic, Failpoints failpoints) throws Exception {
        MigrationRun run;
        try {
            run = migration(pair, traffic, "dying").start();
        } catch (RuntimeException e) {
            requireDead(failpoints, e);
            return false;
        }
        // In the thread of a process that is killed nothing goes on; here it does, and would wait for servers to come
        // back.
        Thread closing = new Thread(() -> {
            failpoints.awaitDeath();
            run.close();
        });
        closing.start();
        try (run) {
            await(() -> failpoints.isDead() || run.phase() == MigrationPhase.READY_TO_CUTOVER);
            long wanted = traffic.acknowledged() + 5;
            await(() -> failpoints.isDead() || traffic.acknowledged() >= wanted);
            if (!failpoints.isDead()) {
                run.cutover();
                run.awaitCompleted(LIMIT);
                return true;
            }
        } catch (RuntimeException e) {
            requireDead(failpoints, e);
        } finally {
            failpoints.die();
            closing.join();
        }
        return false;
    }

    private static void requireDead(Failpoints failpoints, RuntimeException e) {
        if (!failpoints.isDead()) {
            throw e;
        }
        LOG.debug("died", e);
    }

    /** At the first attempt, and without anything done by hand. */
    private static void resume(PostgresPair pair, Migration migration) throws Exception {
        boolean known = pair.target()
                .query(PostgresPair.DATABASE, "SELECT to_regclass('godwit.migration') IS NOT NULL")
                .equals(List.of("t"));
        boolean begun = known
                && !pair.target()
                        .query(PostgresPair.DATABASE, "SELECT name FROM godwit.migration")
                        .isEmpty();
        try (MigrationRun run = begun ? migration.resume() : migration.start()) {
            await(() -> STANDING.contains(run.phase()));
            assertThat(run.phase()).isIn(MigrationPhase.COMPLETED, MigrationPhase.READY_TO_CUTOVER);
            if (run.phase() == MigrationPhase.READY_TO_CUTOVER) {
                run.cutover();
            }
            run.awaitCompleted(LIMIT);
        }
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(condition);
    }

    private static LiveTraffic traffic(PostgresPair pair) throws Exception {
        return LiveTraffic.on(
                pair,
                "CREATE TABLE kind (id int PRIMARY KEY, name text UNIQUE)",
                "CREATE TABLE entry (id serial PRIMARY KEY, kind int REFERENCES kind, payload text)",
                "CREATE INDEX entry_by_payload ON entry (payload)",
                "INSERT INTO kind SELECT i, 'kind ' || i FROM generate_series(1, 5) i",
                "INSERT INTO entry (kind, payload) SELECT i % 5 + 1, md5(i::text) FROM generate_series(1, 500) i",
                "CREATE UNLOGGED TABLE cache (id int PRIMARY KEY)",
                "INSERT INTO cache VALUES (1)",
                "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
                "CREATE TRIGGER note BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION note()",
                "CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM entry",
                "SELECT lo_from_bytea(4711, 'large')");
    }

    private static Migration migration(PostgresPair pair, LiveTraffic traffic, String name) {
        return traffic.migration(
                        "steps",
                        FailpointSocketFactory.endpoint(pair.sourceUrl(), name),
                        FailpointSocketFactory.endpoint(pair.targetUrl(), name))
                .build();
    }
}
