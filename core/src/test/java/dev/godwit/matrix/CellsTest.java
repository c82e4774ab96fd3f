package dev.godwit.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** No cell is without a test, and no test is in a cell that is not there. */
final class CellsTest {

    @Test
    void eachHasATest() throws Exception {
        Map<String, List<String>> tags = Cells.tags(Path.of(".."));
        Set<String> used = tags.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        assertThat(used).containsExactlyInAnyOrderElementsOf(Cells.all().keySet());
    }
}
