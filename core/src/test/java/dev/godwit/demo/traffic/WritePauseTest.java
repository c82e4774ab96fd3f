package dev.godwit.demo.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WritePauseTest {

    private static Acknowledgement ack(int clerk, long nanos) {
        return new Acknowledgement(clerk, clerk + "-" + nanos, nanos);
    }

    @Test
    void isTheLongestGapOfOneConnectionThatTouchesTheCutover() {
        WritePause pause = WritePause.around(
                List.of(ack(1, 0), ack(2, 5), ack(1, 10), ack(2, 12), ack(1, 60), ack(2, 90), ack(1, 95), ack(2, 100)),
                20,
                50);

        assertThat(pause).isEqualTo(new WritePause(Duration.ofNanos(78), Duration.ofNanos(48), Duration.ofNanos(35)));
    }

    @Test
    void countsAGapThatBeginsBeforeAndOneThatEndsAfterTheCutover() {
        assertThat(WritePause.around(List.of(ack(1, 0), ack(1, 30)), 20, 50).oneConnection())
                .isEqualTo(Duration.ofNanos(30));
        assertThat(WritePause.around(List.of(ack(1, 40), ack(1, 90)), 20, 50).oneConnection())
                .isEqualTo(Duration.ofNanos(50));
    }

    @Test
    void leavesGapsAtOtherTimesOut() {
        assertThat(WritePause.around(List.of(ack(1, 0), ack(1, 10), ack(1, 60), ack(1, 100)), 70, 80))
                .isEqualTo(new WritePause(Duration.ofNanos(40), Duration.ofNanos(40), Duration.ofNanos(50)));
    }

    @Test
    void isNotOverForAConnectionThatNeverCameBack() {
        assertThat(WritePause.around(List.of(ack(1, 0), ack(2, 15), ack(1, 60), ack(1, 500)), 20, 50)
                        .oneConnection())
                .isEqualTo(Duration.ofNanos(485));
    }
}
