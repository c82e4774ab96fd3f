package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Fences of the user's among several: what one of them does keeps no writer waiting for another one. */
@PostgresPairTest(source = "15", target = "17")
final class UserFencesIT {
    private static final Duration READY = Duration.ofMinutes(3);
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
}
