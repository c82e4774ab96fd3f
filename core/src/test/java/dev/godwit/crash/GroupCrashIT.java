package dev.godwit.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.Migration;
import dev.godwit.MigrationGroupRun;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationPhase;
import dev.godwit.group.Shops;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process that cuts a group over is killed, moment after moment: in the end all members have taken over, or none. */
@Tag("F1")
@Sampled(oneOf = 4)
@PostgresPairTest(source = "13", target = "17")
final class GroupCrashIT {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCrashIT.class);
    private static final String STEP = "SELECT cutover_step FROM godwit.migration";
    private static final String STATE = "SELECT state FROM godwit.group_decision";

    private static Migrator start(PostgresPair pair, Shops shops, String member, String moment) {
        return new Migrator(
                GroupProcess.class,
                List.of(
                        String.valueOf(pair.source().port()),
                        String.valueOf(pair.target().port()),
                        String.valueOf(shops.names().size()),
                        member,
                        moment),
                shops::switchTraffic);
    }

    /**
     * As many moments as {@code -Dgodwit.race.kills} says, each of which {@code -Dgodwit.race.seed} draws; all of them, if there are
     * enough.
     */
    @Test
    void isDoneOrUndoneTogetherInWhicheverStepItIsKilled(PostgresPair pair) throws Exception {
        long seed = Long.getLong("godwit.race.seed", ThreadLocalRandom.current().nextLong(1_000_000));
        Random random = new Random(seed);
        List<dev.godwit.race.Moment> moments = dev.godwit.race.Moment.all();
        Collections.shuffle(moments, random);
        int kills = Integer.getInteger("godwit.race.kills", 1);
        for (int kill = 0; kill < kills; kill++) {
            dev.godwit.race.Moment moment = moments.get(kill % moments.size());
            String member = Shops.names(3).get(random.nextInt(3));
            LOG.warn("killed with seed {} at the {} of {}", seed, moment, member);
            try (Shops shops = new Shops(pair, 3, seed);
                    Migrator killed = start(pair, shops, member, moment.toString())) {
                killed.awaitReady().go();
                killed.awaitHalt();
                if (moment.step().equals("switch")) {
                    try (MigrationGroupRun run = shops.group().resume()) {
                        run.awaitCompleted(Shops.LIMIT);
                    }
                    shops.requireCompleted();
                } else {
                    undoneThenCutOver(shops);
                }
                shops.group().cleanUp();
                shops.drop();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("killed at the " + moment + " of " + member + ", seed " + seed, e);
            }
        }
    }

    private static void undoneThenCutOver(Shops shops) throws Exception {
        try (MigrationGroupRun run = shops.group().resume()) {
            Shops.ready(run);
            shops.requireUndone();
            Shops.ready(run).cutover();
        }
        shops.requireCompleted();
    }

    /** One member is bound to the decision, another one is not yet. */
    @Test
    void undoesAllWhenItIsKilledWhileMembersBindThemselves(PostgresPair pair) throws Exception {
        try (Shops shops = new Shops(pair, 3, 32);
                Migrator killed = start(pair, shops, "", Moment.NONE)) {
            killed.awaitReady();
            String stock = Shops.database("stock");
            pair.target()
                    .execute(
                            stock,
                            "CREATE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql"
                                    + " AS $$ BEGIN PERFORM pg_advisory_xact_lock(42); RETURN new; END $$",
                            "CREATE TRIGGER hold BEFORE UPDATE ON godwit.migration FOR EACH ROW WHEN"
                                    + " (new.cutover_step = 'PREPARED') EXECUTE FUNCTION public.hold()");
            try (Connection blocker = pair.target().connect(stock);
                    Statement statement = blocker.createStatement()) {
                statement.execute("SELECT pg_advisory_lock(42)");
                killed.go();
                await().atMost(Shops.LIMIT)
                        .until(() -> shops.ofTarget("orders", STEP).equals("PREPARED")
                                && shops.ofTarget("people", STEP).equals("PREPARED"));
                killed.kill();
                assertThat(shops.ofTarget("stock", STEP)).isEqualTo("SEALING");
                endSessionsOfTheDead(pair);
            }
            pair.target().execute(stock, "DROP FUNCTION public.hold() CASCADE");
            assertThat(shops.ofTarget("orders", STATE)).isEqualTo("OPEN");
            undoneThenCutOver(shops);
        }
    }

    /** The server may not have noticed yet that a process is gone, and goes on with what it was told. */
    private static void endSessionsOfTheDead(PostgresPair pair) {
        pair.target()
                .query(
                        "postgres",
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'godwit-%'"
                                + " AND application_name <> 'godwit-testkit'");
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void decidesForAllOrNoneWhenItIsKilledInTheMidstOfTheDecision(boolean arrives, PostgresPair pair) throws Exception {
        try (Shops shops = new Shops(pair, 3, 33);
                Migrator killed = start(pair, shops, "", Moment.NONE)) {
            killed.awaitReady();
            killInTheDecision(pair, shops, killed, arrives);
            if (arrives) {
                await().atMost(Shops.LIMIT)
                        .until(() -> shops.ofTarget("orders", STATE).equals("DECIDED"));
                try (MigrationGroupRun run = shops.group().resume()) {
                    run.awaitCompleted(Shops.LIMIT);
                }
                shops.requireCompleted();
            } else {
                assertThat(shops.ofTarget("orders", STATE)).isEqualTo("OPEN");
                undoneThenCutOver(shops);
            }
        }
    }

    private static void killInTheDecision(PostgresPair pair, Shops shops, Migrator killed, boolean arrives)
            throws Exception {
        try (Connection writer = pair.source().connect(Shops.database("people"));
                Connection blocker = pair.target().connect(Shops.database("orders"));
                Statement statement = blocker.createStatement()) {
            // The fences wait for this writer.
            writer.setAutoCommit(false);
            writer.createStatement().execute("UPDATE workload.account SET balance = balance WHERE id = 1");
            blocker.setAutoCommit(false);
            killed.go();
            await().atMost(Shops.LIMIT)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> shops.ofTarget("orders", "SELECT to_regclass('godwit.group_decision') IS NOT NULL")
                                    .equals("t")
                            && shops.ofTarget("orders", STATE).equals("OPEN"));
            statement.execute("SELECT * FROM godwit.group_decision FOR UPDATE");
            writer.rollback();
            await().atMost(Shops.LIMIT)
                    .until(() -> !pair.target()
                            .query(
                                    "postgres",
                                    "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                            + " AND query LIKE 'UPDATE godwit.group_decision%'")
                            .isEmpty());
            for (String name : shops.names()) {
                assertThat(shops.ofTarget(name, STEP)).isEqualTo("PREPARED");
                assertThat(shops.ofSource(name, "SHOW default_transaction_read_only"))
                        .isEqualTo("on");
            }
            killed.kill();
            if (!arrives) {
                endSessionsOfTheDead(pair);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "orders,after switch",
        "people,before switch",
    })
    void finishesAllWhenItIsKilledAfterTheDecision(String member, String moment, PostgresPair pair) throws Exception {
        try (Shops shops = new Shops(pair, 3, 34);
                Migrator killed = start(pair, shops, member, moment)) {
            killed.awaitReady().go();
            killed.awaitHalt();
            assertThat(shops.ofTarget("orders", STATE)).isEqualTo("DECIDED");
            for (String name : shops.names()) {
                assertThat(shops.ofSource(name, "SHOW default_transaction_read_only"))
                        .isEqualTo("on");
            }
            assertThatThrownBy(() -> shops.group().cleanUp())
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("whose outcome it does not know");
            try (MigrationGroupRun run = shops.group().resume()) {
                run.awaitCompleted(Shops.LIMIT);
            }
            shops.requireCompleted();
        }
    }

    /** Each member alone asks the one that keeps the decision. */
    @ParameterizedTest
    @CsvSource({"orders,before switch", "people,after seal"})
    void givesMembersThatAreResumedAloneTheSameAnswer(String member, String moment, PostgresPair pair)
            throws Exception {
        boolean decided = moment.equals("before switch");
        try (Shops shops = new Shops(pair, 3, 35);
                Migrator killed = start(pair, shops, member, moment)) {
            killed.awaitReady().go();
            killed.awaitHalt();
            for (String name : List.of("stock", "people", "orders")) {
                Migration alone = Shops.migration(
                                name,
                                pair.source()::url,
                                pair.target()::url,
                                Shops.options()
                                        .trafficSwitch(context -> shops.switchTraffic(name))
                                        .build())
                        .build();
                if (decided && name.equals("stock")) {
                    Migration coordinator = Shops.migration(
                                    "orders",
                                    pair.source()::url,
                                    pair.target()::url,
                                    Shops.options().build())
                            .build();
                    assertThatThrownBy(coordinator::cleanUp).hasMessageContaining("does not know");
                }
                try (MigrationRun run = alone.resume()) {
                    run.awaitReadyToCutover(Shops.LIMIT);
                    assertThat(run.phase() == MigrationPhase.COMPLETED).isEqualTo(decided);
                }
            }
            if (decided) {
                shops.requireCompleted();
            } else {
                undoneThenCutOver(shops);
            }
        }
    }
}
