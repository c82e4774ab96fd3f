package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fences of the user's among several: what one of them does keeps no writer waiting for another one. */
@PostgresPairTest(source = "15", target = "17")
final class UserFencesIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String CLOSED = "SHOW default_transaction_read_only";
    private static final String AT_ONCE =
            "SET lock_timeout = '1s'; INSERT INTO item (name) VALUES ('waits for nobody')";

    /** As an exception is; one that comes up when they are let go keeps those of the other fences no longer, either. */
    @Test
    void anErrorOfAFenceOfTheUsersIsAReasonToLetWritersGo(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        Gate gate = new Gate();
        gate.raising = () -> {
            throw new NoClassDefFoundError("com/example/Pooler");
        };
        TrafficSwitch unable = new Told() {
            @Override
            public void stayOnSource(SwitchContext context) {
                throw new NoClassDefFoundError("com/example/Balancer");
            }
        };
        Migration migration = FencesIT.migration(
                pair, WriteFences.inOrder(WriteFences.lockTables(), WriteFences.custom(gate)), unable);
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'fence', before anything was fenced: com/example/Pooler");
            CutoverUndoIT.write(pair, AT_ONCE);
            assertThat(gate.calls).containsExactly("raise", "lift");
            gate.raising = () -> {};
            gate.behind = () -> {
                throw new NoClassDefFoundError("com/example/Flag");
            };
            gate.lifting = () -> {
                throw new NoClassDefFoundError("com/example/Unpooler");
            };
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(MigrationException.class)
                    .isNotInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'seal': com/example/Flag")
                    .hasMessageContaining("could not be undone (com/example/Unpooler)")
                    .hasMessageContaining("Resume the migration");
            assertThat(run.phase()).isEqualTo(MigrationPhase.FAILED);
            CutoverUndoIT.write(pair, AT_ONCE);
        }
        gate.behind = () -> {};
        gate.lifting = () -> {};
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    /** Letting them go may itself be a write. With and without one before them that closes nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void severalFencesOfTheUsersAreLiftedOnceTheSourceIsOpen(boolean nested, PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        Gate first = new Gate();
        Gate second = new Gate();
        first.lifting = () -> CutoverUndoIT.write(pair, "INSERT INTO item (name) VALUES ('flag')");
        second.lifting = first.lifting;
        WriteFence open = WriteFences.inOrder(new FencesInOrderTest.Noted(Duration.ZERO));
        WriteFence fence = nested
                ? WriteFences.inOrder(open, WriteFences.custom(first), WriteFences.custom(second))
                : WriteFences.inOrder(WriteFences.custom(first), WriteFences.custom(second));
        AtomicInteger attempts = new AtomicInteger();
        TrafficSwitch once = context -> {
            assertThat(pair.source().query("app", CLOSED)).containsExactly("on");
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("the load balancer says no");
            }
        };
        try (MigrationRun run = FencesIT.migration(pair, fence, once).start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'switch': the load balancer says no")
                    .hasMessageContaining("the source takes writes again");
            assertThat(first.calls).containsExactly("raise", "recheck", "lift");
            assertThat(second.calls).containsExactly("raise", "recheck", "lift");
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    /** Letting them go may itself be a write. */
    @Test
    void whereOneCannotBeRaisedTheSourceIsOpenBeforeThoseThatHoldLetWritersGo(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        Gate flag = new Gate();
        flag.lifting = () -> CutoverUndoIT.write(pair, "INSERT INTO item (name) VALUES ('flag')");
        Gate pooler = new Gate();
        pooler.raising = () -> {
            assertThat(pair.source().query("app", CLOSED)).containsExactly("on");
            throw new IllegalStateException("the pooler says no");
        };
        WriteFence fence = WriteFences.inOrder(
                WriteFences.readOnlyDatabase(), WriteFences.custom(flag), WriteFences.custom(pooler));
        try (MigrationRun run =
                FencesIT.migration(pair, fence, TrafficSwitch.byHand()).start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'fence', before anything was fenced: the pooler says no");
            assertThat(flag.calls).containsExactly("raise", "lift");
            assertThat(pooler.calls).containsExactly("raise", "lift");
            CutoverUndoIT.write(pair, AT_ONCE);
            assertThat(pair.source().query("app", "SELECT count(*) FROM item WHERE name = 'flag'"))
                    .containsExactly("1");
            pooler.raising = () -> {};
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    /** As a stubbed object does; and what it cannot free in this process is no reason to take back a cutover. */
    @Test
    void aFenceThatThrowsTheSameExceptionAgainAndAgainIsToldAndLeavesTheRunToBeResumed(PostgresPair pair)
            throws Exception {
        CutoverUndoIT.prepare(pair);
        IllegalStateException always = new IllegalStateException("the pooler says no");
        Gate gate = new Gate();
        gate.behind = () -> {
            throw always;
        };
        gate.lifting = gate.behind;
        FencesInOrderTest.Noted open = new FencesInOrderTest.Noted(Duration.ZERO);
        open.unfreed = always;
        Migration migration = FencesIT.migration(
                pair, WriteFences.inOrder(WriteFences.lockTables(), open, WriteFences.custom(gate)), context -> {});
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(MigrationException.class)
                    .isNotInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("could not be undone (the pooler says no)")
                    .hasMessageContaining("Resume the migration");
            assertThat(run.phase()).isEqualTo(MigrationPhase.FAILED);
            assertThat(open.freed).isPositive();
        }
        gate.behind = () -> {};
        gate.lifting = () -> {};
        open.freed = 0;
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(READY);
            run.cutover();
            assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
            assertThat(open.freed).isPositive();
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }
}
