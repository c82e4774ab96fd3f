package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.cutover.Deadline;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is left of a time, whatever the time was. */
final class DeadlineTest {

    @Test
    void comesAfterItsTime() {
        Deadline deadline = Deadline.after(Duration.ofHours(1));
        assertThat(deadline.isPast()).isFalse();
        assertThat(deadline.left()).isBetween(Duration.ofMinutes(30), Duration.ofHours(1));
        assertThat(Deadline.after(Duration.ofNanos(1)).left()).isLessThan(Duration.ofNanos(2));
    }

    @Test
    void isPastWhereNoTimeIsGiven() {
        for (Duration none :
                new Duration[] {Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(Long.MIN_VALUE)}) {
            assertThat(Deadline.after(none).isPast()).isTrue();
            assertThat(Deadline.after(none).left()).isZero();
        }
    }

    @Test
    void doesNotComeInAnyTimeThatAProcessLives() {
        assertThat(Deadline.never().isPast()).isFalse();
        assertThat(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE)).left()).isGreaterThan(Duration.ofDays(365 * 99));
    }

    @Test
    void isOrderedByTime() {
        Deadline sooner = Deadline.after(Duration.ofMinutes(1));
        assertThat(sooner.isBefore(Deadline.after(Duration.ofMinutes(2)))).isTrue();
        assertThat(Deadline.after(Duration.ofMinutes(2)).isBefore(sooner)).isFalse();
        assertThat(sooner.isBefore(sooner)).isFalse();
        assertThat(sooner.isBefore(Deadline.never())).isTrue();
    }
}
