package dev.godwit.internal.copy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CrewTest {

    @ParameterizedTest
    @CsvSource({
        // workers, weight of a work, weight of all others, workers that are left over
        "4, 100, 0, 3",
        "4, 100, 99, 3",
        "4, 100, 100, 2",
        "4, 100, 299, 1",
        "4, 100, 300, 0",
        "4, 100, 9000, 0",
        "1, 100, 0, 0",
        "4, 0, 9000, 3",
        "2, 1000000000000, 5000000000000, 0",
    })
    void knowsWhichWorkersHaveNothingToDoMeanwhile(int workers, long weight, long others, int spare) {
        assertThat(Crew.spareWorkers(workers, weight, others)).isEqualTo(spare);
    }
}
