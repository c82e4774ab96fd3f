package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.StopMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the traffic switch is told, and what becomes of who connects while the source is closed. */
@PostgresPairTest(source = "15", target = "17")
final class TrafficSwitchIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String WRITE = "INSERT INTO item (name) VALUES ('by somebody')";

    @Test
    void isToldAtEachPointWhatToDo(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        Failing told = new Failing();
        try (MigrationRun run = CutoverUndoIT.migration(
                        pair,
                        CutoverOptions.builder()
                                .maxWritePause(Duration.ofSeconds(30))
                                .trafficSwitch(told))
                .start()) {
            run.awaitReadyToCutover(READY);
            told.failsAt = "before fence";
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("before anything was fenced: no at before fence");
            assertThat(told.drain()).containsExactly("before fence", "stay");
            told.failsAt = "fenced";
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover).hasMessageContaining("in step 'drain': no at fenced");
            assertThat(told.drain()).containsExactly("before fence", "fenced", "stay");
            told.failsAt = "switch";
            told.failsToStay = true;
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("no at switch")
                    .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
            assertThat(told.drain()).containsExactly("before fence", "fenced", "switch", "stay");
            CutoverUndoIT.write(pair, WRITE);
            told.failsAt = "";
            told.busyWith = pair;
            run.awaitReadyToCutover(READY);
            run.cutover();
            assertThat(told.drain()).containsExactly("before fence", "fenced", "switch");
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
        assertThat(
                        pair.target()
                                .query(
                                        "app",
                                        "SELECT string_agg(step, ' ' ORDER BY id) FROM godwit.cutover_step GROUP BY attempt ORDER BY attempt"))
                .containsExactly(
                        "prepare fence undone",
                        "prepare fence drain undone",
                        "prepare fence drain fill seal decide switch undone",
                        "prepare fence drain fill seal decide switch done");
    }

    /** They have been read-only since they began, and would stay so in a pool. */
    @Test
    void endsSessionsThatBeganWhileTheSourceWasClosedWhenItIsUndone(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        AtomicReference<Connection> began = new AtomicReference<>();
        TrafficSwitch refusing = context -> {
            began.set(pair.connectSource());
            throw new IllegalStateException("not today");
        };
        try (MigrationRun run =
                FencesIT.migration(pair, WriteFences.lockTables(), refusing).start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover).hasMessageContaining("not today");
            try (Connection ended = began.get()) {
                assertThatThrownBy(() -> write(ended))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isIn("57P01", "08006"));
            }
            CutoverUndoIT.write(pair, WRITE);
            run.cancel();
        }
    }

    /** Another process has gone on: the source is that one's to open, or closed because it has cut over. */
    @ParameterizedTest
    @ValueSource(strings = {"fenced", "switch"})
    void leavesTheSourceClosedWhereAnotherProcessHasTakenOver(String point, PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        // In the second case it is the decision that cannot be taken back, in the first one there is none.
        WriteFence fence = point.equals("fenced") ? WriteFences.readOnlyDatabase() : WriteFences.lockTables();
        Failing heldUp = new Failing();
        heldUp.failsAt = point;
        heldUp.before = () -> pair.target()
                .execute("app", "UPDATE godwit.migration SET owner_epoch = owner_epoch + 1, cutover_step = 'SEALING'");
        try (MigrationRun run = FencesIT.migration(pair, fence, heldUp).start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(MigrationException.class)
                    .isNotInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("taken over by another process");
        }
        assertThatThrownBy(() -> CutoverUndoIT.write(pair, WRITE)).hasMessageContaining("read-only");
        try (MigrationRun run =
                FencesIT.migration(pair, fence, TrafficSwitch.byHand()).resume()) {
            run.awaitReadyToCutover(READY);
            CutoverUndoIT.write(pair, WRITE);
            run.cutover();
        }
    }

    /** Another process has finished meanwhile, and cleaned up: nobody tells any more who may open the source. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leavesTheSourceClosedWhereNobodyKnowsOfTheMigration(boolean outOfReach, PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        Failing heldUp = new Failing();
        heldUp.failsAt = "fenced";
        heldUp.before = () -> {
            if (outOfReach) {
                pair.target().stop(StopMode.FAST);
                dropSlot(pair);
            } else {
                pair.target().execute("app", "DROP SCHEMA godwit CASCADE");
            }
        };
        Migration migration = FencesIT.migration(pair, WriteFences.readOnlyDatabase(), heldUp);
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(MigrationException.class)
                    .isNotInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("could not be undone")
                    .hasMessageContaining(outOfReach ? "is not on the source any more" : "\"godwit.migration\"");
        }
        if (outOfReach) {
            pair.target().start();
        }
        assertThatThrownBy(() -> CutoverUndoIT.write(pair, WRITE)).hasMessageContaining("read-only");
        if (outOfReach) {
            assertThatThrownBy(migration::cleanUp).hasMessageContaining("a cutover was interrupted");
            pair.target().execute("app", "UPDATE godwit.migration SET cutover_step = NULL");
        }
        migration.cleanUp();
    }

    private static void dropSlot(PostgresPair pair) {
        try (Connection connection = pair.connectSource();
                Statement statement = connection.createStatement()) {
            statement.execute("SET default_transaction_read_only = off");
            String slot = pair.source()
                    .query("postgres", "SELECT slot_name FROM pg_replication_slots")
                    .get(0);
            ReplicationSlots.drop(connection, slot, READY);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** It alters tables on the target, and whoever comes to them later waits behind it, as does the source. */
    @Test
    void takesTheDecisionBackInAttemptsWhereSomebodyReadsOnTheTarget(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        AtomicReference<Connection> reader = new AtomicReference<>();
        TrafficSwitch refusing = context -> {
            Connection reading = pair.connectTarget();
            reader.set(reading);
            reading.setAutoCommit(false);
            try (Statement statement = reading.createStatement()) {
                statement.execute("SELECT count(*) FROM item");
            }
            throw new IllegalStateException("not today");
        };
        try (MigrationRun run =
                FencesIT.migration(pair, WriteFences.lockTables(), refusing).start()) {
            run.awaitReadyToCutover(READY);
            FutureTask<Boolean> gap = new FutureTask<>(() -> endAfterTheFirstAttempt(pair, reader));
            new Thread(gap, "release").start();
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("not today");
            assertThat(gap.get()).as("given up after a while").isTrue();
            CutoverUndoIT.write(pair, WRITE);
            run.cancel();
        }
    }

    private static boolean endAfterTheFirstAttempt(PostgresPair pair, AtomicReference<Connection> reader)
            throws Exception {
        String waiting = "SELECT pid FROM pg_locks WHERE relation = 'item'::regclass AND NOT granted";
        try {
            await().atMost(READY)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> reader.get() != null
                            && !pair.target().query("app", waiting).isEmpty());
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> pair.target().query("app", waiting).isEmpty());
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        } finally {
            Connection reading = reader.get();
            if (reading != null) {
                reading.close();
            }
        }
    }

    /** Somebody reads on the target in an open transaction: triggers cannot be put in order, and writers are not to wait for it. */
    @Test
    void cancelsWhatWaitsLongerThanItsShareOfThePause(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        try (MigrationRun run = CutoverUndoIT.migration(
                                pair, CutoverOptions.builder().maxWritePause(Duration.ofSeconds(1)))
                        .start();
                Connection reader = pair.connectTarget();
                Pacer pacer = new Pacer(pair)) {
            run.awaitReadyToCutover(READY);
            reader.setAutoCommit(false);
            try (Statement statement = reader.createStatement()) {
                statement.execute("SELECT count(*) FROM item");
            }
            // If nobody else ends the waiting, so that this test does.
            CompletableFuture.delayedExecutor(1, TimeUnit.MINUTES).execute(() -> end(reader));
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'seal'")
                    .hasMessageContaining("maxWritePause");
            await().until(() -> !pacer.longestGap().isZero());
            reader.rollback();
            CutoverUndoIT.write(pair, WRITE);
            run.cancel();
        }
    }

    private static void end(Connection session) {
        try {
            session.abort(Runnable::run);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(WRITE);
        }
    }

    private static final class Failing extends Told {
        private volatile String failsAt = "";
        private volatile boolean failsToStay;
        private volatile Runnable before = () -> {};

        /** Where much is written right before the fence, and is on its way yet when the end of the log is read; null for nowhere. */
        private volatile @Nullable PostgresPair busyWith;

        private void at(String point) {
            if (failsAt.equals(point)) {
                before.run();
                throw new IllegalStateException("no at " + point);
            }
        }

        List<String> drain() {
            List<String> all = List.copyOf(calls);
            calls.clear();
            return all;
        }

        @Override
        public void beforeFence(SwitchContext context) throws Exception {
            super.beforeFence(context);
            at("before fence");
            PostgresPair pair = busyWith;
            if (pair != null) {
                CutoverUndoIT.write(pair, "INSERT INTO item (name) SELECT 'late' FROM generate_series(1, 15000)");
            }
        }

        @Override
        public void fenced(SwitchContext context) throws Exception {
            super.fenced(context);
            at("fenced");
        }

        @Override
        public void switchToTarget(SwitchContext context) throws Exception {
            super.switchToTarget(context);
            at("switch");
            PostgresPair pair = busyWith;
            if (pair != null) {
                String count = "SELECT count(*) FROM item";
                assertThat(pair.target().query("app", count))
                        .isEqualTo(pair.source().query("app", count));
            }
        }

        @Override
        public void stayOnSource(SwitchContext context) throws Exception {
            super.stayOnSource(context);
            if (failsToStay) {
                failsToStay = false;
                throw new IllegalStateException("no way back");
            }
        }
    }
}
