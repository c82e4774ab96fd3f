package dev.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Credentials;
import dev.godwit.Migration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two thousand files that begin as good ones and are changed at random: each is either a task or told of by the one exception, soon,
 * and nothing is connected to, asked or written. The seed is printed with what fails; {@code -Dgodwit.seed=} gives it.
 */
@Tag("B2")
final class FuzzedTaskFilesTest {
    private static final int FILES = 2000;
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final String SECRET = "s3cret";
    private static final String PASSWORD = "\"password\": \"" + SECRET + "\"";

    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "/*",
        "*/",
        "//",
        "\n",
        "null",
        "true",
        "-1",
        "0",
        "1e999",
        "99999999999999999999",
        "\"\"",
        "\"*\"",
        "\"a.b\"",
        "\"PT1S\"",
        "\"5s\"",
        "\"9TiB\"",
        "\0",
        "\uFEFF",
        "\uD83D",
        "ä",
        "$",
        "{\"a\":1}",
        "[[[[[[[[[[[[",
        PASSWORD,
        "\"godwit\"",
        "\"rows\"",
        "\"name\"",
        "\"999999999999999999d\"",
        "\"PT999999999999999999H\""
    };

    private final long seed = Long.getLong("godwit.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private ServerSocket server;
    private List<String> good;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        good = GoodFiles.all(server.getLocalPort());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void areReadOrRefusedAndDoNothingElse(@TempDir Path directory) throws IOException {
        int read = 0;
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = mutate(good.get(random.nextInt(good.size())));
            Path file = Files.write(directory.resolve("task.json"), bytes);
            long begun = System.nanoTime();
            try {
                TaskFile task = TaskFile.read(file);
                build(task, new String(bytes, StandardCharsets.UTF_8));
                read++;
            } catch (TaskFileException e) {
                assertThat(e.problems())
                        .as("problems, seed %d, file %d", seed, i)
                        .isNotEmpty();
                assertThat(e.problems())
                        .as("problems, seed %d, file %d", seed, i)
                        .allMatch(problem -> problem.line() >= 1 && problem.column() >= 1);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "seed " + seed + ", file " + i + ":\n" + new String(bytes, StandardCharsets.UTF_8), e);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("time, seed %d, file %d", seed, i)
                    .isLessThan(LONGEST);
            assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        }
        assertThat(read).as("files that are still good, seed %d", seed).isBetween(FILES / 100, FILES * 9 / 10);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(1);
        }
        assertThat(hasBeenConnectedTo())
                .as("a connection was made, seed %d", seed)
                .isFalse();
    }

    /** What is read can be made migrations of; nobody is asked before they run. */
    private static void build(TaskFile task, String text) {
        Credentials nobody = url -> {
            throw new AssertionError("credentials were asked for " + url);
        };
        List<Migration.Builder> builders = task.migrations().credentials(nobody).builders();
        assertThat(builders).hasSameSizeAs(task.databases());
        Migration[] migrations = builders.stream().map(Migration.Builder::build).toArray(Migration[]::new);
        String json = TaskFile.of(task.name(), migrations).toJson();
        assertThat(TaskFile.parse(json, "again").databases()).hasSameSizeAs(task.databases());
        // A change may have made it a name or a path as well, which is written.
        if (!text.replace(PASSWORD, "").contains(SECRET)) {
            assertThat(json).doesNotContain(SECRET);
        }
    }

    private boolean hasBeenConnectedTo() throws IOException {
        server.setSoTimeout(1);
        try {
            server.accept().close();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private byte[] mutate(String text) {
        StringBuilder changed = new StringBuilder(text);
        int changes = 1 + random.nextInt(random.nextInt(4) == 0 ? 20 : 3);
        for (int i = 0; i < changes && changed.length() > 0; i++) {
            mutate(changed);
        }
        byte[] bytes = changed.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && random.nextInt(20) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private void mutate(StringBuilder text) {
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + 1 + random.nextInt(random.nextInt(5) == 0 ? 200 : 8));
        switch (random.nextInt(8)) {
            case 0 -> text.delete(at, end);
            case 1 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
            case 2 -> text.replace(at, end, PIECES[random.nextInt(PIECES.length)]);
            case 3 -> text.insert(at, text.substring(at, end));
            case 4 -> text.setCharAt(at, (char) (32 + random.nextInt(95)));
            case 5 -> text.setLength(at + 1);
            case 6 -> swapValues(text);
            default -> replaceValue(text);
        }
    }

    private void replaceValue(StringBuilder text) {
        List<int[]> values = values(text);
        if (!values.isEmpty()) {
            int[] value = values.get(random.nextInt(values.size()));
            text.replace(value[0], value[1], PIECES[random.nextInt(PIECES.length)]);
        }
    }

    private void swapValues(StringBuilder text) {
        List<int[]> values = values(text);
        if (values.size() > 1) {
            int[] from = values.get(random.nextInt(values.size()));
            int[] to = values.get(random.nextInt(values.size()));
            text.replace(to[0], to[1], text.substring(from[0], from[1]));
        }
    }

    /** Texts and numbers, names among them. */
    private static List<int[]> values(StringBuilder text) {
        List<int[]> values = new ArrayList<>();
        java.util.regex.Matcher matcher = java.util.regex.Pattern.compile("\"[^\"\n]*\"|-?[0-9]+|true|false|null")
                .matcher(text);
        while (matcher.find()) {
            values.add(new int[] {matcher.start(), matcher.end()});
        }
        return values;
    }
}
