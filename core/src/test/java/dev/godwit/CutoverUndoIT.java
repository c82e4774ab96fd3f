package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.cutover.CustomFence;
import dev.godwit.cutover.Deadline;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.Finding;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cutover that cannot be finished is undone, and the next one succeeds. */
@Tag("R3")
@PostgresPairTest(source = "15", target = "17")
@Sampled(oneOf = 2)
final class CutoverUndoIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final Duration LONGEST = Duration.ofSeconds(1);
    private static final String WAITING_FOR_CACHE =
            "SELECT pid FROM pg_locks WHERE relation = 'cache'::regclass AND NOT granted";

    @Test
    void isUndoneWhenTheSwitchThrowsWhateverItThrowsAndSucceedsTheSecondTime(PostgresPair pair) throws Exception {
        prepare(pair);
        pair.source()
                .execute(
                        "app",
                        "ALTER TABLE item ENABLE ROW LEVEL SECURITY",
                        "ALTER TABLE item FORCE ROW LEVEL SECURITY");
        AtomicInteger attempts = new AtomicInteger();
        TrafficSwitch failingTwice = context -> {
            assertThat(pair.target().query("app", "SELECT tgenabled FROM pg_trigger WHERE tgname = 'always'"))
                    .containsExactly("A");
            switch (attempts.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("the load balancer says no");
                case 2 -> throw new AssertionError("not even an exception");
                default -> {}
            }
        };
        TargetAtLift atLift = new TargetAtLift(pair);
        WriteFence fence = WriteFences.inOrder(WriteFences.custom(atLift), WriteFences.lockTables());
        try (MigrationRun run = migration(
                        pair, options().trafficSwitch(failingTwice).fence(fence))
                .start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'switch': the load balancer says no")
                    .hasMessageContaining("the source takes writes again");
            for (int i = 0; i < 2; i++) {
                assertThat(run.phase()).isIn(MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CATCH_UP);
                write(pair, "INSERT INTO item (name) VALUES ('between')");
                write(pair, "UPDATE item SET name = 'changed between' WHERE id = 3");
                awaitOnTarget(pair, "SELECT count(*) FROM item WHERE name LIKE '%between'", Integer.toString(i + 2));
                run.awaitReadyToCutover(READY);
                if (i == 0) {
                    assertThatThrownBy(run::cutover)
                            .isInstanceOf(CutoverRevertedException.class)
                            .hasMessageContaining("not even an exception");
                }
            }
            run.cutover();
            assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
        }
        // No longer decided, and unfit for traffic, before the source is open.
        assertThat(atLift.found).containsExactly("SEALING D false false", "SEALING D false false");
        assertThatTheTargetIsComplete(pair);
        assertThat(pair.target().query("app", "SELECT count(*) FROM audit")).containsExactly("102");
    }

    @Test
    void namesWhoStoodInTheFencesWayAndLetsWritersGoOn(PostgresPair pair) throws Exception {
        prepare(pair);
        try (MigrationRun run = migration(pair, options().fenceTimeout(Duration.ofSeconds(3)))
                        .start();
                Connection idle = pair.connectSource();
                Statement statement = idle.createStatement()) {
            run.awaitReadyToCutover(READY);
            statement.execute("SET application_name = 'report of the month'");
            idle.setAutoCommit(false);
            statement.execute("UPDATE item SET name = 'open' WHERE id = 1");
            try (Pacer pacer = new Pacer(pair)) {
                assertThatThrownBy(run::cutover)
                        .isInstanceOf(CutoverRevertedException.class)
                        .hasMessageContaining("report of the month")
                        .hasMessageContaining("postgres");
                // Else it would have waited for as long as the fence did.
                assertThat(pacer.longestGap()).isLessThan(Duration.ofSeconds(2));
            }
            idle.rollback();
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        assertThatTheTargetIsComplete(pair);
    }

    @Test
    void refusesAPreparedTransactionAndGoesOnAfterIt(PostgresPair pair) throws Exception {
        pair.source().setParameter("max_prepared_transactions", "5");
        pair.source().restart();
        prepare(pair);
        try (MigrationRun run = migration(pair, options()).start()) {
            run.awaitReadyToCutover(READY);
            write(pair, "BEGIN; INSERT INTO item (name) VALUES ('prepared'); PREPARE TRANSACTION 'two phases'");
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("prepared transaction 'two phases' is pending");
            write(pair, "COMMIT PREPARED 'two phases'");
            run.awaitReadyToCutover(READY);
            write(pair, "BEGIN; INSERT INTO item (name) VALUES ('in time'); PREPARE TRANSACTION 'two phases'");
            CompletableFuture<Void> coordinator = CompletableFuture.runAsync(
                    () -> pair.source().execute("app", "COMMIT PREPARED 'two phases'"),
                    CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
            run.cutover();
            coordinator.join();
        }
        assertThatTheTargetIsComplete(pair);
    }

    @Test
    void cutsOverBetweenWritersThatTakeTablesInOppositeOrders(PostgresPair pair) throws Exception {
        prepare(pair);
        pair.source().setParameter("deadlock_timeout", "50ms");
        pair.source().reload();
        write(
                pair,
                "CREATE TABLE a (id int PRIMARY KEY, n int); INSERT INTO a SELECT i, 0 FROM generate_series(1, 20) i");
        write(
                pair,
                "CREATE TABLE b (id int PRIMARY KEY, n int); INSERT INTO b SELECT i, 0 FROM generate_series(1, 20) i");
        try (MigrationRun run = migration(pair, options()).start()) {
            run.awaitReadyToCutover(READY);
            try (Crossing crossing = new Crossing(pair)) {
                crossing.awaitTransactions(20);
                run.cutover();
            }
        }
        assertThatTheTargetIsComplete(pair);
    }

    @Test
    void isUndoneWhenTheWritePauseGrowsTooLong(PostgresPair pair) throws Exception {
        prepare(pair);
        // The lock on the target keeps the unlogged table from being filled.
        try (MigrationRun run =
                migration(pair, options().maxWritePause(LONGEST)).start()) {
            run.awaitReadyToCutover(READY);
            try (Connection blocker = pair.connectTarget();
                    Statement statement = blocker.createStatement()) {
                blocker.setAutoCommit(false);
                statement.execute("LOCK TABLE cache IN ACCESS EXCLUSIVE MODE");
                Thread release = new Thread(() -> releaseOnceItIsTooLate(pair, blocker), "release");
                release.start();
                assertThatThrownBy(run::cutover)
                        .isInstanceOf(CutoverRevertedException.class)
                        .hasMessageContaining("maxWritePause");
                release.join();
            }
            write(pair, "INSERT INTO item (name) VALUES ('still here')");
            cutOverSooner(run);
        }
        assertThatTheTargetIsComplete(pair);
    }

    /** On a busy machine even a cutover that nobody blocks may take longer than that pause. */
    private static void cutOverSooner(MigrationRun run) throws InterruptedException {
        for (int attempt = 1; run.phase() != MigrationPhase.COMPLETED; attempt++) {
            run.awaitReadyToCutover(READY);
            try {
                run.cutover();
            } catch (CutoverRevertedException e) {
                assertThat(e).hasMessageContaining("maxWritePause");
                assertThat(attempt).as("attempts").isLessThan(20);
            }
        }
    }

    @Test
    void isUndoneWhenAFenceOfTheUserDoesNotHold(PostgresPair pair) throws Exception {
        prepare(pair);
        LeakingFence fence = new LeakingFence(pair);
        try (MigrationRun run = migration(pair, options().fence(fence)).start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover).isInstanceOf(CutoverRevertedException.class);
            assertThat(fence.lifted).hasValue(1);
            awaitOnTarget(pair, "SELECT count(*) FROM item WHERE name = 'leaked'", "1");
            fence.leaks = false;
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        assertThatTheTargetIsComplete(pair);
    }

    /** The pause has begun when the cutover waits for the lock. */
    private static void releaseOnceItIsTooLate(PostgresPair pair, Connection blocker) {
        try (blocker) {
            await().atMost(READY)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> !pair.target().query("app", WAITING_FOR_CACHE).isEmpty());
            await().pollDelay(LONGEST).until(() -> true);
            blocker.rollback();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static CutoverOptions.Builder options() {
        return CutoverOptions.builder();
    }

    static Migration migration(PostgresPair pair, CutoverOptions.Builder options) {
        return Migration.builder()
                .name("undo")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .cutover(options.build())
                .build();
    }

    /** A bit of everything that a cutover has to put in order. */
    static void prepare(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        "CREATE TABLE item (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)",
                        "CREATE TABLE audit (id bigserial PRIMARY KEY, item int, what text)",
                        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.audit"
                                + " (item, what) VALUES (NEW.id, TG_NAME); RETURN NEW; END $$",
                        "CREATE TRIGGER always AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION note()",
                        "ALTER TABLE item ENABLE ALWAYS TRIGGER always",
                        "CREATE TRIGGER replica AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION note()",
                        "ALTER TABLE item ENABLE REPLICA TRIGGER replica",
                        "CREATE UNLOGGED TABLE cache (id int PRIMARY KEY)",
                        "INSERT INTO cache SELECT generate_series(1, 50)",
                        "INSERT INTO item (name) SELECT 'item ' || i FROM generate_series(1, 100) i",
                        "CREATE MATERIALIZED VIEW names AS SELECT count(*) AS n FROM item",
                        "CREATE SEQUENCE free INCREMENT -5 MAXVALUE 1000 START 1000",
                        "SELECT nextval('free'), nextval('free')");
    }

    static void assertThatTheTargetIsComplete(PostgresPair pair) throws SQLException {
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .excludingSchema("godwit")
                .run()
                .assertIdentical();
        PostgresServer target = pair.target();
        assertThat(target.query(
                        "app",
                        "SELECT tgname::text || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"))
                .containsExactly("alwaysA", "replicaR");
        assertThat(target.query(
                        "app", "SELECT attidentity FROM pg_attribute WHERE attrelid = 'item'::regclass AND attnum = 1"))
                .containsExactly("a");
        assertThat(target.query("app", "SELECT count(*) FROM cache")).containsExactly("50");
        assertThat(target.query("app", "SELECT n FROM names")).hasSize(1);
        assertThat(target.query("app", "SELECT nextval('free')")).containsExactly("990");
        String ahead = "SELECT nextval(pg_get_serial_sequence('item', 'id')) > (SELECT max(id) FROM item)";
        assertThat(target.query("app", ahead)).containsExactly("t");
        assertThatThrownBy(() -> write(pair, "INSERT INTO item (name) VALUES ('too late')"))
                .hasMessageContaining("read-only transaction");
    }

    private static void awaitOnTarget(PostgresPair pair, String query, String expected) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(pair.target().query("app", query)).containsExactly(expected));
    }

    static void write(PostgresPair pair, String sql) throws SQLException {
        try (Connection connection = pair.connectSource();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A fence that holds nobody back, and notes how the target is when the source has just been opened again. */
    private static final class TargetAtLift implements CustomFence {
        private final PostgresPair pair;
        private final List<String> found = new CopyOnWriteArrayList<>();

        TargetAtLift(PostgresPair pair) {
            this.pair = pair;
        }

        @Override
        public void raise(FenceContext context) {}

        @Override
        public void lift(FenceContext context) {
            found.addAll(pair.target()
                    .query(
                            "app",
                            "SELECT concat_ws(' ', cutover_step, tgenabled, relrowsecurity::text, relforcerowsecurity::text)"
                                    + " FROM godwit.migration, pg_trigger t JOIN pg_class c ON c.oid = tgrelid"
                                    + " WHERE tgname = 'always'"));
        }
    }

    /** Says that it holds, and lets one more write through. */
    private static final class LeakingFence implements WriteFence {
        private final WriteFence real = WriteFences.lockTables();
        private final PostgresPair pair;
        private final AtomicInteger lifted = new AtomicInteger();
        private boolean leaks = true;

        LeakingFence(PostgresPair pair) {
            this.pair = pair;
        }

        @Override
        public List<Finding> check(FenceContext context) {
            return List.of();
        }

        @Override
        public RaisedFence raise(FenceContext context) throws Exception {
            return leaks ? new Leaking() : real.raise(context);
        }

        @Override
        public void reopen(FenceContext context) throws Exception {
            real.reopen(context);
        }

        @Override
        public void reclose(FenceContext context) throws Exception {
            real.reclose(context);
        }

        private final class Leaking implements RaisedFence {
            private final long since = System.nanoTime();

            @Override
            public long pausedSinceNanos() {
                return since;
            }

            @Override
            public void seal(Deadline deadline) throws Exception {
                write(pair, "INSERT INTO item (name) VALUES ('leaked')");
            }

            @Override
            public void lift() {
                lifted.incrementAndGet();
            }

            @Override
            public void close() {}
        }
    }
}
