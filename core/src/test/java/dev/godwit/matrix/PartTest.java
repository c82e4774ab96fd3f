package dev.godwit.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The parts of a cell are all of it, each case once. */
final class PartTest {
    private static final List<Integer> CASES = IntStream.range(0, 20).boxed().toList();

    @Test
    void isAllWithoutAWish() {
        assertThat(Part.of(CASES, "1/1")).isEqualTo(CASES);
    }

    @Test
    void togetherAreAllOfIt() {
        List<Integer> together = new ArrayList<>();
        for (int part = 1; part <= 6; part++) {
            List<Integer> cases = Part.of(CASES, part + "/6");
            assertThat(cases).hasSizeBetween(3, 4);
            together.addAll(cases);
        }
        assertThat(together).containsExactlyInAnyOrderElementsOf(CASES);
    }

    @Test
    void isRefusedWhereThereIsNoSuchPart() {
        for (String wrong : List.of("7/6", "0/6", "1", "1/0", "all", "1/6/2")) {
            assertThatThrownBy(() -> Part.of(CASES, wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("-Dgodwit.part=" + wrong);
        }
    }
}
