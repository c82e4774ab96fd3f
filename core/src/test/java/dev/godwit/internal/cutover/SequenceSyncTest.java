package dev.godwit.internal.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.internal.cutover.SequenceSync.Bounds;
import dev.godwit.internal.cutover.SequenceSync.Value;
import org.junit.jupiter.api.Test;

/** How far ahead a sequence is set. */
final class SequenceSyncTest {

    @Test
    void leavesOutValuesInTheDirectionOfTheIncrement() {
        assertThat(new Bounds(1, 1, Long.MAX_VALUE).ahead(new Value(10, true), 5))
                .isEqualTo(new Value(15, true));
        assertThat(new Bounds(3, 1, 1000).ahead(new Value(10, false), 5)).isEqualTo(new Value(25, false));
        assertThat(new Bounds(-2, -1000, -1).ahead(new Value(-7, true), 5)).isEqualTo(new Value(-17, true));
    }

    @Test
    void leavesOneValueIfThereIsOne() {
        Bounds upTo20 = new Bounds(5, 1, 20);
        assertThat(upTo20.ahead(new Value(1, true), 100)).isEqualTo(new Value(11, true));
        assertThat(upTo20.ahead(new Value(1, false), 100)).isEqualTo(new Value(16, false));
        assertThat(upTo20.ahead(new Value(11, true), 1)).isEqualTo(new Value(11, true));
        assertThat(upTo20.ahead(new Value(16, true), 1)).isEqualTo(new Value(16, true));
        assertThat(upTo20.ahead(new Value(20, false), 1)).isEqualTo(new Value(20, false));
        assertThat(new Bounds(-1, 1, 9).ahead(new Value(9, true), 100)).isEqualTo(new Value(2, true));
    }

    @Test
    void doesNotOverflow() {
        Bounds all = new Bounds(1, Long.MIN_VALUE, Long.MAX_VALUE);
        assertThat(all.ahead(new Value(Long.MIN_VALUE, true), Long.MAX_VALUE)).isEqualTo(new Value(-1, true));
        assertThat(all.ahead(new Value(0, true), Long.MAX_VALUE)).isEqualTo(new Value(Long.MAX_VALUE - 1, true));
        Bounds steps = new Bounds(Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);
        assertThat(steps.ahead(new Value(Long.MAX_VALUE, true), 7)).isEqualTo(new Value(Long.MAX_VALUE, true));
    }
}
