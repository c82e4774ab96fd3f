package dev.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a file is told at once, each with its field, line and column, and without a password. */
@Tag("B1")
final class BadTaskFilesTest {
    private static final Comparator<BadFile.Expected> BY_PLACE =
            Comparator.comparingInt(BadFile.Expected::line).thenComparingInt(BadFile.Expected::column);

    static List<BadFile> all() {
        return BadFile.all();
    }

    @Test
    void thereAreEnoughOfThem() {
        assertThat(all()).hasSizeGreaterThanOrEqualTo(120);
        assertThat(all().stream().map(BadFile::title)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("all")
    void areRefusedByAllThatIsWrong(BadFile bad) {
        TaskFileException e =
                catchThrowableOfType(TaskFileException.class, () -> TaskFile.parse(bad.text(), "task.json"));
        assertThat(e).as("what %s gave", bad).isNotNull();
        assertThat(e).hasMessageNotContaining("s3cret");
        List<BadFile.Expected> expected =
                bad.expected().stream().sorted(BY_PLACE).toList();
        assertThat(e.problems().stream()
                        .map(problem -> problem.line() + ":" + problem.column() + " " + problem.path())
                        .sorted())
                .as(e.getMessage())
                .containsExactlyElementsOf(expected.stream()
                        .map(one -> one.line() + ":" + one.column() + " " + one.path())
                        .sorted()
                        .toList());
        for (BadFile.Expected one : expected) {
            String place = "task.json:" + one.line() + ":" + one.column() + ": " + one.path();
            assertThat(lines(e).filter(line -> line.contains(place) && line.contains(one.part())))
                    .as("%s … %s in%n%s", place, one.part(), e.getMessage())
                    .isNotEmpty();
        }
    }

    @Test
    void areNamedInTheOrderOfTheirPlaces() {
        for (BadFile bad : all()) {
            TaskFileException e =
                    catchThrowableOfType(TaskFileException.class, () -> TaskFile.parse(bad.text(), "task.json"));
            assertThat(e.problems())
                    .as(bad.title())
                    .isSortedAccordingTo(
                            Comparator.comparingInt(TaskFileProblem::line).thenComparingInt(TaskFileProblem::column));
        }
    }

    @Test
    void countColumnsInWhatEditorsCount() {
        String text = "{\r\n  /* äöü 🐦 */ \"x\": 1,\r\n  " + BadFile.SERVERS + "}";
        assertThatThrownBy(() -> TaskFile.parse(text, "task.json"))
                .isInstanceOf(TaskFileException.class)
                .hasMessageContaining("task.json:2:16: x: unknown key");
    }

    @Test
    void thatHoldNoUtf8AreToldWhereTheyCeaseTo(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("latin.json");
        Files.write(file, "{\n  \"source\": {\"serverName\": \"Zürich\"}}".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> TaskFile.read(file))
                .isInstanceOf(TaskFileException.class)
                .hasMessage(
                        "the task file has 1 problem:\n  latin.json:2:30: the file is not UTF-8 here; save it as UTF-8");
    }

    @Test
    void thatAreUtf16AreToldSo(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("wide.json");
        Files.write(file, ("\uFEFF{" + BadFile.SERVERS + "}").getBytes(StandardCharsets.UTF_16LE));
        assertThatThrownBy(() -> TaskFile.read(file))
                .isInstanceOf(TaskFileException.class)
                .hasMessageContaining("wide.json:1:1: the file begins with the byte order mark of UTF-16");
    }

    @Test
    void thatEndWithinALetterAreToldSo(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("cut.json");
        Files.write(file, new byte[] {'{', ' ', (byte) 0xC3});
        assertThatThrownBy(() -> TaskFile.read(file))
                .isInstanceOf(TaskFileException.class)
                .hasMessageContaining("cut.json:1:3: the file is not UTF-8 here");
    }

    @Test
    void thatAreHugeAreNotRead(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("huge.json");
        Files.write(file, new byte[TaskText.MOST_BYTES + 1]);
        assertThatThrownBy(() -> TaskFile.read(file))
                .isInstanceOf(TaskFileException.class)
                .hasMessageContaining("huge.json: the file is larger than 16 MiB");
        assertThatThrownBy(() -> TaskFile.parse(" ".repeat(TaskText.MOST_BYTES + 1), "huge"))
                .isInstanceOf(TaskFileException.class)
                .hasMessageContaining("larger than 16 MiB");
    }

    @Test
    void thatAreNoFilesAreNotRead(@TempDir Path directory) {
        assertThatThrownBy(() -> TaskFile.read(directory.resolve("none.json")))
                .isInstanceOf(TaskFileException.class)
                .hasMessageContaining("none.json: there is no such file: " + directory);
        assertThatThrownBy(() -> TaskFile.read(directory))
                .isInstanceOf(TaskFileException.class)
                .hasMessageContaining("is no regular file");
        Path endless = Path.of("/dev/zero");
        if (Files.exists(endless)) {
            assertThatThrownBy(() -> TaskFile.read(endless))
                    .isInstanceOf(TaskFileException.class)
                    .hasMessageContaining("is no regular file");
        }
    }

    @Test
    void inThreePartsAreToldOfInTheOrderOfTheFiles(@TempDir Path directory) throws IOException {
        Path source = Files.writeString(directory.resolve("source.json"), "{\"serverName\": 1, \"x\": 2}");
        Path target = Files.writeString(directory.resolve("target.json"), "[]");
        Path databases = Files.writeString(directory.resolve("databases.json"), "{\"databases\": []}");
        TaskFileException e =
                catchThrowableOfType(TaskFileException.class, () -> TaskFile.readParts(source, target, databases));
        assertThat(e.problems().stream().map(TaskFileProblem::toString))
                .containsExactly(
                        "source.json:1:16: source.serverName: must be a text, not a number",
                        "source.json:1:19: source.x: unknown key; known are userName, password, serverName,"
                                + " databaseName, port, properties",
                        "target.json:1:1: target: must be an object, not a list",
                        "databases.json:1:1: databases: must be a list, not an object");
    }

    @Test
    void ofWhichOnePartCannotBeReadAreStillToldOfTheOthers(@TempDir Path directory) throws IOException {
        Path same = Files.writeString(directory.resolve("same.json"), "{\"serverName\": \"db\"}");
        Path bad = Files.writeString(directory.resolve("bad.json"), "[{\"name\": \"a\"}");
        assertThatThrownBy(() -> TaskFile.readParts(same, same, bad))
                .isInstanceOf(TaskFileException.class)
                .hasMessageContaining("bad.json:1:15: databases[1]: not valid JSON: the file ends here")
                .hasMessageNotContaining("same database");
    }

    @Test
    void withThousandsOfProblemsGiveAMessageThatCanBeRead() {
        StringBuilder text = new StringBuilder("{" + BadFile.SERVERS);
        for (int i = 0; i < 5000; i++) {
            text.append(", \"unknown").append(i).append("\": 1");
        }
        TaskFileException e =
                catchThrowableOfType(TaskFileException.class, () -> TaskFile.parse(text + "}", "task.json"));
        assertThat(e.problems()).hasSize(5000);
        assertThat(lines(e)).hasSize(102);
        assertThat(e).hasMessageStartingWith("the task file has 5000 problems:").hasMessageEndingWith("and 4900 more");
    }

    private static Stream<String> lines(TaskFileException e) {
        return String.valueOf(e.getMessage()).lines();
    }
}
