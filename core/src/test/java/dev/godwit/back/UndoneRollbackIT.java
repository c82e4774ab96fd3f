package dev.godwit.back;

import static dev.godwit.back.Back.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.cutover.CustomFence;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.status.WriteSide;
import dev.godwit.testkit.FaultProxy;
import dev.godwit.testkit.LeakCheck;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever of the user's fails in a rollback, the new server takes writes again, the old one stays closed, and traffic is told so. */
@Tag("R4")
@PostgresPairTest(source = "13", target = "17")
final class UndoneRollbackIT {
    private static final String RELOAD = "INSERT INTO reloaded SELECT FROM generate_series(1, 7)";
    private static final String COUNT = "SELECT count(*) FROM item";

    private static void create(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE item (id serial PRIMARY KEY, name text, size int)",
                        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
                        "CREATE TRIGGER nothing BEFORE INSERT ON item FOR EACH ROW WHEN (NEW.size < 0) EXECUTE PROCEDURE no()",
                        "ALTER TABLE item ENABLE ALWAYS TRIGGER nothing",
                        "INSERT INTO item (name, size) SELECT 'n' || i, i FROM generate_series(1, 50) i",
                        "CREATE TABLE reloaded (id serial PRIMARY KEY)",
                        RELOAD);
    }

    @Test
    void leavesTheNewServerOpenWhateverFails(PostgresPair pair) throws Exception {
        LeakCheck leaks = LeakCheck.begin(pair.source(), pair.target());
        create(pair);
        Points points = new Points(pair);
        Gate gate = new Gate();
        WriteFence fence = WriteFences.inOrder(WriteFences.custom(gate), WriteFences.lockTables());
        int written = 50;
        try (MigrationRun run = Back.migration(pair, points, fence, event -> {}).start()) {
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
            for (String point : List.of("before fence", "fenced", "switch back")) {
                run.awaitReadyToRollback(LIMIT);
                points.failAt(point);
                assertThatExceptionOfType(CutoverRevertedException.class)
                        .isThrownBy(run::rollback)
                        .withMessageContaining("no at " + point)
                        .withMessageContaining("the new server takes writes");
                points.requireStayed(point);
                requireUndone(pair, run, ++written);
            }
            points.failAt("");
            points.failsToStay = true;
            gate.behaviour = "throws";
            run.awaitReadyToRollback(LIMIT);
            assertThatExceptionOfType(CutoverRevertedException.class)
                    .isThrownBy(run::rollback)
                    .withMessageContaining("the pooler does not answer")
                    .satisfies(e -> assertThat(e.getCause()).isNotNull());
            requireUndone(pair, run, ++written);
            points.failsToStay = false;
            hangs(run, gate);
            requireUndone(pair, run, ++written);
            gate.behaviour = "";
            run.awaitReadyToRollback(LIMIT);
            run.rollback();
            assertThat(run.phase()).isEqualTo(MigrationPhase.ROLLED_BACK);
        }
        assertThat(pair.source().query(pair.database(), COUNT)).containsExactly(String.valueOf(written));
        pair.source().execute(pair.database(), "INSERT INTO item (name, size) VALUES ('back', 1), ('none', -1)");
        assertThat(pair.source().query(pair.database(), COUNT)).containsExactly(String.valueOf(written + 1));
        assertThat(pair.source().query(pair.database(), "INSERT INTO reloaded DEFAULT VALUES RETURNING id"))
                .containsExactly("8");
        assertThat(Back.isClosed(pair, false)).as("the new server").isTrue();
        assertThat(Back.remembers(pair, true)).isFalse();
        leaks.assertNone();
    }

    /** The old server is gone just then, and is waited for, but not by who wants to do without it. */
    @Test
    void letsGoOfAnOldServerThatDoesNotAnswer(PostgresPair pair) throws Exception {
        LeakCheck leaks = LeakCheck.begin(pair.source(), pair.target());
        create(pair);
        CompletableFuture<Boolean> undone = new CompletableFuture<>();
        try (FaultProxy proxy = FaultProxy.before(pair.source())) {
            TrafficSwitch losing = new TrafficSwitch() {
                @Override
                public void switchToTarget(SwitchContext context) {}

                @Override
                public void fenced(SwitchContext context) {
                    if (context.migration().equals(Back.NAME) && Back.isClosed(pair, true)) {
                        proxy.refuse(true);
                        proxy.cut();
                        throw new IllegalStateException("the old server is gone");
                    }
                }

                @Override
                public void stayOnTarget(SwitchContext context) {
                    undone.complete(true);
                }
            };
            Migration migration =
                    Back.migration(proxy.url(pair.database()), pair, losing, WriteFences.lockTables(), event -> {});
            try (MigrationRun run = migration.start()) {
                run.awaitReadyToCutover(LIMIT);
                run.cutover();
                run.awaitReadyToRollback(LIMIT);
                CompletableFuture<CutoverReport> rollback = CompletableFuture.supplyAsync(run::rollback);
                undone.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                CompletableFuture<CleanUpReport> given = CompletableFuture.supplyAsync(run::finalizeMigration);
                assertThat(given.get(LIMIT.toSeconds(), TimeUnit.SECONDS).left())
                        .singleElement()
                        .asString()
                        .contains("schema godwit on the source");
                assertThat(rollback)
                        .isCompletedExceptionally()
                        .failsWithin(LIMIT)
                        .withThrowableThat()
                        .withMessageContaining("the old server is gone")
                        .withMessageContaining("the new server takes writes");
                assertThat(run.phase()).isEqualTo(MigrationPhase.FINALIZED);
            }
            proxy.refuse(false);
            migration.resume().close();
        }
        assertThat(Back.remembers(pair, true)).isFalse();
        leaks.assertNone();
    }

    /** Nobody but who has asked for the rollback can end what the user's own code waits for. */
    private static void hangs(MigrationRun run, Gate gate) throws Exception {
        gate.behaviour = "hangs";
        run.awaitReadyToRollback(LIMIT);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        assertThatThrownBy(run::rollback).isInstanceOf(CutoverRevertedException.class);
                        interrupted.complete(Thread.currentThread().isInterrupted());
                    } catch (RuntimeException | Error e) {
                        interrupted.completeExceptionally(e);
                    }
                },
                "rollback");
        thread.start();
        assertThat(gate.hanging.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        assertThat(interrupted.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private static void requireUndone(PostgresPair pair, MigrationRun run, int written) {
        assertThat(run.phase()).isEqualTo(MigrationPhase.REVERSE_SYNC);
        assertThat(run.status().writes()).isEqualTo(WriteSide.TARGET);
        assertThat(Back.isClosed(pair, true)).as("the old server").isTrue();
        assertThat(Back.isClosed(pair, false)).as("the new server").isFalse();
        pair.target().execute(pair.database(), "INSERT INTO item (name, size) VALUES ('in between', 1)");
        assertThat(pair.target().query(pair.database(), COUNT)).containsExactly(String.valueOf(written));
    }

    /** A switch that fails where it is told to. */
    private static final class Points implements TrafficSwitch {
        private final PostgresPair pair;
        private final List<String> calls = new CopyOnWriteArrayList<>();
        private volatile String failsAt = "";
        private volatile boolean failsToStay;

        Points(PostgresPair pair) {
            this.pair = pair;
        }

        void failAt(String point) {
            calls.clear();
            failsAt = point;
        }

        void requireStayed(String last) {
            List<String> expected = List.of("before fence", "fenced", "switch back", "stay");
            assertThat(calls)
                    .startsWith("before fence")
                    .endsWith(last, "stay")
                    .isSubsetOf(expected)
                    .doesNotHaveDuplicates();
        }

        private void at(String point) {
            calls.add(point);
            if (failsAt.equals(point)) {
                throw new IllegalStateException("no at " + point);
            }
        }

        @Override
        public void beforeFence(SwitchContext context) {
            if (Back.isClosed(pair, true)) {
                pair.target().execute(pair.database(), "TRUNCATE reloaded RESTART IDENTITY", RELOAD);
            }
            at("before fence");
        }

        @Override
        public void fenced(SwitchContext context) {
            at("fenced");
        }

        @Override
        public void switchToTarget(SwitchContext context) {}

        @Override
        public void switchToSource(SwitchContext context) {
            assertThat(Back.isClosed(pair, false)).as("the new server").isTrue();
            assertThat(Back.isClosed(pair, true)).as("the old server").isFalse();
            at("switch back");
        }

        @Override
        public void stayOnTarget(SwitchContext context) {
            calls.add("stay");
            if (failsToStay) {
                throw new IllegalStateException("not even that");
            }
        }
    }

    /** A fence of the user's that holds nobody back. */
    private static final class Gate implements CustomFence {
        private final CountDownLatch hanging = new CountDownLatch(1);
        private volatile String behaviour = "";

        @Override
        public void raise(FenceContext context) throws Exception {
            if (behaviour.equals("throws")) {
                throw new IllegalStateException("the pooler does not answer");
            }
            if (behaviour.equals("hangs")) {
                hanging.countDown();
                new CountDownLatch(1).await();
            }
        }

        @Override
        public void lift(FenceContext context) {}
    }
}
