package dev.godwit.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each mistake can still be made, and has a test. */
final class PlantedBugsTest {

    @Test
    void fitTheSources() throws Exception {
        List<PlantedBug> bugs = PlantedBug.all();
        assertThat(bugs).hasSizeGreaterThan(20).extracting(PlantedBug::name).doesNotHaveDuplicates();
        for (PlantedBug bug : bugs) {
            assertThat(bug.sources(Path.of(".."))).as(bug.name()).isNotEmpty();
            assertThat(bug.tests()).as(bug.name()).isNotEmpty();
            assertThat(bug.tests()).as(bug.name()).allMatch(PlantedBugsTest::isThere);
        }
    }

    private static boolean isThere(String test) {
        String[] names = test.split("#", 2);
        String file = "src/test/java/" + names[0].replace('.', '/') + ".java";
        return Stream.of("..", "../core", "../replication", "../schema")
                .map(module -> Path.of(module, file))
                .filter(Files::isRegularFile)
                .anyMatch(path -> names.length == 1 || contains(path, " " + names[1] + "("));
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
