package dev.godwit.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.event.MigrationPhase;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PhaseMachineTest {
    private final List<MigrationPhase> recorded = new ArrayList<>();
    private final PhaseMachine phases = new PhaseMachine((from, to) -> recorded.add(to));

    @ParameterizedTest
    @EnumSource(names = {"SCHEMA", "SNAPSHOT", "CATCH_UP"})
    void goesOnWhereItWasPaused(MigrationPhase phase) {
        phases.resumeAt(phase);
        assertThat(phases.pause(null)).isTrue();
        assertThat(phases.pause(null)).isFalse();
        assertThat(phases.phase()).isEqualTo(MigrationPhase.PAUSED);
        assertThat(phases.position()).isEqualTo(phase);
        assertThat(phases.goOn()).isTrue();
        assertThat(phases.goOn()).isFalse();
        assertThat(phases.phase()).isEqualTo(phase);
        assertThat(recorded).containsExactly(phase, MigrationPhase.PAUSED, phase);
    }

    @Test
    void hasToBecomeReadyAgainAfterAPause() {
        phases.resumeAt(MigrationPhase.CATCH_UP);
        phases.transition(MigrationPhase.READY_TO_CUTOVER);
        phases.pause(null);
        assertThat(phases.position()).isEqualTo(MigrationPhase.CATCH_UP);
    }

    @Test
    void looksAtAConditionWhereOthersSeeEitherThatOrTheNewPhase() {
        phases.resumeAt(MigrationPhase.CATCH_UP);
        phases.transition(MigrationPhase.READY_TO_CUTOVER);
        JoinRequests requests = new JoinRequests();
        requests.reserve();
        assertThat(enter(requests)).isFalse();
        requests.ask();
        requests.release();
        assertThat(enter(requests)).isFalse();
        requests.reading();
        requests.settle(false);
        assertThat(enter(requests)).isTrue();
    }

    private boolean enter(JoinRequests requests) {
        return phases.transitionFrom(
                MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CUTOVER, () -> !requests.isExpected());
    }

    @ParameterizedTest
    @EnumSource(names = {"CUTOVER", "COMPLETED", "FAILED", "CANCELLED"})
    void isNotPausedWhereNothingGoesOnOrACutoverDoes(MigrationPhase phase) {
        phases.resumeAt(phase);
        assertThat(phases.pause(null)).isFalse();
        assertThat(phases.phase()).isEqualTo(phase);
    }

    @Test
    void isNotTakenOutOfAUsersPauseByWhatMendsACause() {
        phases.resumeAt(MigrationPhase.CATCH_UP);
        phases.pause(null);
        phases.goOnAfterCause();
        assertThat(phases.phase()).isEqualTo(MigrationPhase.PAUSED);
        phases.goOn();
        phases.pause(new IllegalStateException("cause"));
        phases.goOnAfterCause();
        assertThat(phases.phase()).isEqualTo(MigrationPhase.CATCH_UP);
        assertThat(phases.failure()).isEmpty();
    }

    @Test
    void waitsForeverIfThatIsAskedFor() throws Exception {
        phases.resumeAt(MigrationPhase.CATCH_UP);
        assertThat(phases.await(MigrationPhase.CATCH_UP::equals, ChronoUnit.FOREVER.getDuration()))
                .isEqualTo(MigrationPhase.CATCH_UP);
        Duration past = ChronoUnit.FOREVER.getDuration().negated();
        assertThatThrownBy(() -> phases.await(MigrationPhase.COMPLETED::equals, past))
                .hasMessageContaining("not reached within");
    }

    @Test
    void staysPausedIfThePhaseCannotBeRecorded() {
        PhaseMachine failing = new PhaseMachine((from, to) -> {
            if (from == MigrationPhase.PAUSED) {
                throw new IllegalStateException("the target does not answer");
            }
        });
        failing.resumeAt(MigrationPhase.SNAPSHOT);
        failing.pause(null);
        assertThatThrownBy(failing::goOn).hasMessage("the target does not answer");
        assertThat(failing.phase()).isEqualTo(MigrationPhase.PAUSED);
        assertThat(failing.position()).isEqualTo(MigrationPhase.SNAPSHOT);
    }
}
