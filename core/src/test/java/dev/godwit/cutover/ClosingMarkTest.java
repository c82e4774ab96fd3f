package dev.godwit.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How each cutover spells the value that closes its source. */
final class ClosingMarkTest {

    @Test
    void isNeitherWhatIsThereNorWhatIsWrittenByHandAndMeansOn() {
        Random random = new Random(20_261_122L);
        Set<String> chosen = new TreeSet<>();
        String there = null;
        for (int i = 0; i < 10_000; i++) {
            String mark = ClosingMark.choose(there, random);
            assertThat(mark).isNotEqualTo(there);
            chosen.add(mark);
            there = mark;
        }
        assertThat(chosen).hasSize(24).doesNotContain("on", "ON", "On", "true", "TRUE", "True", "yes", "YES", "Yes");
        assertThat(chosen).allMatch(mark -> Set.of("on", "true", "tru", "yes").contains(mark.toLowerCase(Locale.ROOT)));
    }
}
