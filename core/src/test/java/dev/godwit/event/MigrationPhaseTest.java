package dev.godwit.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MigrationPhaseTest {

    @Test
    void leadsAnUndisturbedMigrationFromCreatedToCompleted() {
        List<MigrationPhase> way = List.of(
                MigrationPhase.CREATED,
                MigrationPhase.PREFLIGHT,
                MigrationPhase.SCHEMA,
                MigrationPhase.SNAPSHOT,
                MigrationPhase.CATCH_UP,
                MigrationPhase.READY_TO_CUTOVER,
                MigrationPhase.CUTOVER,
                MigrationPhase.COMPLETED);
        for (int i = 1; i < way.size(); i++) {
            assertThat(way.get(i - 1).successors()).contains(way.get(i));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ROLLED_BACK", "FINALIZED", "CANCELLED"})
    void endsInPhasesThatNothingFollows(MigrationPhase phase) {
        assertThat(phase.successors()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"COMPLETED", "ROLLED_BACK", "FINALIZED", "CANCELLED", "FAILED"},
            mode = EnumSource.Mode.EXCLUDE)
    void canFailInEveryPhaseThatIsNotFinal(MigrationPhase phase) {
        assertThat(phase.successors()).contains(MigrationPhase.FAILED).doesNotContain(phase);
    }

    @Test
    void goesOnFromCompletedOnlyOnTheWayBack() {
        assertThat(MigrationPhase.COMPLETED.successors()).containsExactly(MigrationPhase.REVERSE_SYNC);
        assertThat(MigrationPhase.REVERSE_SYNC.successors())
                .contains(MigrationPhase.ROLLBACK, MigrationPhase.FINALIZED);
        assertThat(MigrationPhase.ROLLBACK.successors())
                .containsExactlyInAnyOrder(
                        MigrationPhase.REVERSE_SYNC, MigrationPhase.ROLLED_BACK, MigrationPhase.FAILED);
        assertThat(MigrationPhase.values())
                .filteredOn(MigrationPhase::isCutOver)
                .containsExactly(
                        MigrationPhase.COMPLETED,
                        MigrationPhase.REVERSE_SYNC,
                        MigrationPhase.ROLLBACK,
                        MigrationPhase.ROLLED_BACK,
                        MigrationPhase.FINALIZED);
    }

    @Test
    void cannotBeCancelledWhileItCutsOver() {
        assertThat(MigrationPhase.CUTOVER.successors())
                .containsExactlyInAnyOrder(
                        MigrationPhase.COMPLETED,
                        MigrationPhase.READY_TO_CUTOVER,
                        MigrationPhase.CATCH_UP,
                        MigrationPhase.FAILED);
    }

    @Test
    void completesThroughACutoverOnly() {
        assertThat(MigrationPhase.values())
                .filteredOn(phase -> phase.successors().contains(MigrationPhase.COMPLETED))
                .containsExactly(MigrationPhase.CUTOVER);
    }
}
