package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlantedValuesTest {
    /** Put together here, so that this test's own report holds none of them. */
    private static final String HIDDEN = "godwit-" + "row-63ad5e";

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @Test
    void areFoundInAnyFileAndTold() throws Exception {
        Path logs = Files.createDirectories(directory.resolve("logs/deeper"));
        Files.writeString(logs.resolve("a.log"), "one\ntwo " + HIDDEN + " three\n");
        assertThat(run("logs")).isFalse();
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("1 lines").contains("a.log: two");
    }

    @Test
    void areFoundAmongBytesThatAreNoText() throws Exception {
        Path logs = Files.createDirectories(directory.resolve("logs"));
        Files.write(logs.resolve("a.log"), new byte[] {(byte) 0xff, (byte) 0xc3, '\n'});
        Files.write(logs.resolve("b.log"), ("\u00e9" + HIDDEN).getBytes(StandardCharsets.ISO_8859_1));
        assertThat(run("logs")).isFalse();
    }

    @Test
    void areFoundAsHexadecimalDigits() {
        StringBuilder digits = new StringBuilder();
        for (byte b : HIDDEN.getBytes(StandardCharsets.US_ASCII)) {
            digits.append(String.format("%02x", b));
        }
        assertThat(PlantedValues.in("0x" + digits)).containsExactly(PlantedValues.ROW);
    }

    @Test
    void letLogsWithoutThemPassAndDeletesThoseOfTheFirstDirectoryOnly() throws Exception {
        Path logs = Files.createDirectories(directory.resolve("logs"));
        Path reports = Files.createDirectories(directory.resolve("reports"));
        Files.writeString(logs.resolve("a.log"), "nothing\n");
        Files.writeString(reports.resolve("b.xml"), "nothing\n");
        assertThat(run("logs", "reports", "missing")).isTrue();
        assertThat(logs).isEmptyDirectory();
        assertThat(reports.resolve("b.xml")).exists();
        assertThat(printed.size()).isZero();
    }

    private boolean run(String... names) throws Exception {
        List<Path> directories = List.of(names).stream().map(directory::resolve).toList();
        return PlantedValues.run(directories, new PrintStream(printed, true, StandardCharsets.UTF_8));
    }
}
