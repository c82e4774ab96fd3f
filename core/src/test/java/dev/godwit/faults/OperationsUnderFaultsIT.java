package dev.godwit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.LiveTraffic;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RowDifference;
import dev.godwit.result.VerificationReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whatever is asked of a run while both servers or the networks to them break: it may be refused, but it never fails the run, and is
 * done when it is asked for again. {@code -Dgodwit.network.operations} sets how much is asked for, {@code -Dgodwit.network.seed} repeats
 * a choice.
 */
@Tag("F4")
@Tag("F5")
@Tag("F6")
@Sampled(oneOf = 3)
@PostgresPairTest(source = "13", target = "17")
final class OperationsUnderFaultsIT {
    private static final Logger LOG = LoggerFactory.getLogger(OperationsUnderFaultsIT.class);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int OPERATIONS = Integer.getInteger("godwit.network.operations", 4);
    private static final long SEED =
            Long.getLong("godwit.network.seed", ThreadLocalRandom.current().nextLong(1_000_000));

    /** What may be asked of a run. */
    private enum Operation {
        VERIFY,
        REPAIR,
        REHEARSE,
        ADD,
        COPY_AFRESH,
        PAUSE
    }

    private final Random random = new Random(SEED);
    private int added;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void areDoneWhenTheyAreAskedForAgain(boolean serversToo, PostgresPair pair) throws Exception {
        ask(pair, BrokenSides.of(pair, SEED, serversToo));
    }

    private void ask(PostgresPair pair, BrokenSides sides) throws Exception {
        LOG.warn("{} operations with -Dgodwit.network.seed={}", OPERATIONS, SEED);
        try (sides;
                LiveTraffic traffic = LiveTraffic.on(
                        pair,
                        "CREATE TABLE large (id int PRIMARY KEY, payload text)",
                        "INSERT INTO large SELECT i, repeat(md5(i::text), 30) FROM generate_series(1, 5000) i",
                        "CREATE INDEX large_payload ON large (md5(payload))")) {
            Migration migration = sides.migration("operations")
                    .copy(CopyOptions.builder().workers(2).build())
                    .cutover(CutoverOptions.builder()
                            .trafficSwitch(traffic.switching())
                            .maxWritePause(Duration.ofSeconds(10))
                            .build())
                    .build();
            try (MigrationRun run = migration.start()) {
                for (int i = 0; i < OPERATIONS; i++) {
                    run.awaitReadyToCutover(LIMIT);
                    ask(Operation.values()[random.nextInt(Operation.values().length)], pair, run, sides);
                }
                run.awaitReadyToCutover(LIMIT);
                run.verify().throwIfDifferent();
                run.cutover();
                traffic.requireArrived();
            }
            migration.cleanUp();
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dgodwit.network.seed=" + SEED + ": " + e, e);
        }
    }

    /** Its commit takes long enough for the network to break meanwhile, and is done all the same. */
    @Test
    void tellThatARepairIsInDoubt(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE item (id int PRIMARY KEY, name text)",
                        "INSERT INTO item VALUES (1, 'one'), (2, 'two')");
        try (BrokenSides networks = BrokenSides.of(pair, SEED, false);
                MigrationRun run = networks.migration("doubt").build().start()) {
            run.awaitReadyToCutover(LIMIT);
            pair.target()
                    .execute(
                            pair.database(),
                            "UPDATE item SET name = 'damaged' WHERE id = 2",
                            "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END'",
                            "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED"
                                    + " FOR EACH ROW EXECUTE FUNCTION late()",
                            "ALTER TABLE item ENABLE ALWAYS TRIGGER late");
            VerificationReport damaged = run.verify();
            CompletableFuture<?> broken = CompletableFuture.runAsync(() -> {
                await("the repair commits")
                        .atMost(LIMIT)
                        .until(() -> pair.target()
                                .query(pair.database(), "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                                .equals(List.of("1")));
                networks.endFor(Duration.ofMillis(200), Duration.ofMillis(200));
            });
            assertThatThrownBy(() -> run.repair(damaged))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("is not known")
                    .hasMessageContaining("verify again");
            broken.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            await("the commit is done")
                    .atMost(LIMIT)
                    .until(() -> pair.target()
                            .query(pair.database(), "SELECT name FROM item WHERE id = 2")
                            .equals(List.of("two")));
            run.awaitReadyToCutover(LIMIT);
            pair.target().execute(pair.database(), "DROP FUNCTION late() CASCADE");
            pair.source().execute(pair.database(), "UPDATE item SET name = 'new' WHERE id = 2");
            run.verify().throwIfDifferent();
            run.cancel();
        }
    }

    private void ask(Operation operation, PostgresPair pair, MigrationRun run, BrokenSides sides) throws Exception {
        prepare(operation, pair);
        List<RowDifference> damaged =
                operation == Operation.REPAIR ? run.verify().differences() : List.of();
        try {
            sides.during(() -> perform(operation, run, damaged));
            LOG.warn("{}: done", operation);
        } catch (MigrationException e) {
            LOG.warn("{}: refused: {}", operation, e.getMessage());
        }
        sides.heal();
        assertThat(run.phase()).as("behind %s", operation).isNotEqualTo(MigrationPhase.FAILED);
        if (run.phase() == MigrationPhase.PAUSED) {
            run.resume();
        }
        run.awaitReadyToCutover(LIMIT);
        perform(operation, run, damaged);
    }

    private void prepare(Operation operation, PostgresPair pair) {
        if (operation == Operation.ADD) {
            added++;
            pair.source()
                    .execute(
                            pair.database(),
                            "CREATE TABLE added_" + added + " (id serial PRIMARY KEY, v text)",
                            "INSERT INTO added_" + added + " (v) SELECT md5(i::text) FROM generate_series(1, 500) i");
        } else if (operation == Operation.REPAIR) {
            pair.target()
                    .execute(
                            pair.database(),
                            "UPDATE large SET payload = 'damaged' WHERE id = " + (1 + random.nextInt(5_000)));
        }
    }

    private void perform(Operation operation, MigrationRun run, List<RowDifference> damaged) throws Exception {
        switch (operation) {
            case VERIFY -> run.verify().throwIfDifferent();
            case REPAIR -> {
                run.repair(damaged);
                run.verify().throwIfDifferent();
            }
            case REHEARSE -> run.rehearseCutover();
            case ADD -> run.addTable("public.added_" + added);
            case COPY_AFRESH -> run.copyAfresh("public.large");
            default -> {
                run.pause();
                assertThat(run.phase()).isEqualTo(MigrationPhase.PAUSED);
                run.resume();
            }
        }
    }
}
