package dev.godwit.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a mistake in the library's code, and runs the test that must find it. Always the same one; {@code -Dgodwit.planted} is
 * another one's name, {@code all}, or a number of them at random, of which {@code -Dgodwit.planted.seed} repeats a choice.
 */
@Tag("M1")
final class PlantedBugsIT {
    private static final Logger LOG = LoggerFactory.getLogger(PlantedBugsIT.class);
    private static final long LIMIT_MINUTES = 10;

    @TempDir
    private Path directory;

    static Stream<String> chosen() {
        String wanted = System.getProperty("godwit.planted", "decision-not-taken-back");
        List<String> names =
                new ArrayList<>(PlantedBug.all().stream().map(PlantedBug::name).toList());
        if (names.contains(wanted)) {
            return Stream.of(wanted);
        }
        if (wanted.equals("all")) {
            return names.stream();
        }
        long seed =
                Long.getLong("godwit.planted.seed", ThreadLocalRandom.current().nextLong(1_000_000));
        LOG.warn("-Dgodwit.planted.seed={}", seed);
        Collections.shuffle(names, new Random(seed));
        return names.subList(0, Integer.parseInt(wanted)).stream();
    }

    @ParameterizedTest
    @MethodSource("chosen")
    void isFound(String name) throws Exception {
        PlantedBug bug = PlantedBug.all().stream()
                .filter(planted -> planted.name().equals(name))
                .findAny()
                .orElseThrow();
        Path classes = Files.createDirectories(directory.resolve("classes"));
        compile(bug, classes);
        List<String> missed = new ArrayList<>();
        for (String test : bug.tests()) {
            int status = run(test, classes);
            assertThat(status).as("%s (see %s)", test, directory).isIn(TestProcess.GREEN, TestProcess.RED);
            if (status == TestProcess.RED) {
                return;
            }
            missed.add(test);
        }
        assertThat(missed).as("tests that do not find: " + bug.what()).isEmpty();
    }

    private void compile(PlantedBug bug, Path classes) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", classes.toString(), "-classpath", classPath()));
        for (Map.Entry<String, String> source : bug.sources(Path.of("..")).entrySet()) {
            Path file = directory.resolve(
                    Objects.requireNonNull(Path.of(source.getKey()).getFileName()));
            Files.writeString(file, source.getValue());
            arguments.add(file.toString());
        }
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "no compiler");
        assertThat(compiler.run(null, System.out, System.err, arguments.toArray(String[]::new)))
                .as("%s compiles", bug.name())
                .isZero();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    private int run(String test, Path classes) throws Exception {
        Path log = directory.resolve("test.log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dgodwit.testkit.binaries=" + System.getProperty("godwit.testkit.binaries", ""),
                        "-classpath",
                        String.join(
                                System.getProperty("path.separator"),
                                classes.toString(),
                                classPath(),
                                // Where this module's own tests do not see it.
                                "../replication/target/test-classes"),
                        TestProcess.class.getName(),
                        test)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES))
                    .as("%s comes to an end", test)
                    .isTrue();
            LOG.info("{}", Files.readString(log, StandardCharsets.UTF_8));
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
