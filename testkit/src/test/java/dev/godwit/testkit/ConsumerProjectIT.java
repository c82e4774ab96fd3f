package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Builds a user's project, {@code src/it/consumer}, with the Maven of this build: offline, with what it has downloaded, and with the
 * testkit in a repository of its own, which Maven looks into first.
 */
class ConsumerProjectIT {
    private static final Path PROJECT = Path.of("target/consumer");
    private static final Path REPOSITORY = Path.of("target/consumer-repository").toAbsolutePath();
    private static String output = "";

    @BeforeAll
    static void build() throws Exception {
        String maven = System.getProperty("godwit.it.maven");
        String version = System.getProperty("godwit.it.version");
        Path jar = Path.of("target/godwit-testkit-" + version + ".jar");
        Assumptions.assumeTrue(
                maven != null && Files.exists(jar), "Not run by Maven after package: there is no " + jar);
        install("godwit-parent", version, Path.of("../pom.xml"), "pom");
        install("godwit-testkit", version, Path.of("pom.xml"), "pom");
        install("godwit-testkit", version, jar, "jar");
        Directories.delete(PROJECT);
        copy(Path.of("src/it/consumer"));
        Path log = PROJECT.resolve("build.log");
        boolean windows = Platform.WINDOWS;
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(maven, "bin", windows ? "mvn.cmd" : "mvn").toString(),
                "-B",
                "-o",
                "-Dmaven.repo.local=" + REPOSITORY,
                "-Dmaven.repo.local.tail=" + System.getProperty("godwit.it.repository"),
                "-Dmaven.repo.local.tail.ignoreAvailability=true",
                "-Dgodwit.version=" + version,
                "test");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("MAVEN_OPTS");
        Process process = builder.directory(PROJECT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        output = Files.readString(log);
    }

    private static void install(String artifact, String version, Path file, String type) throws IOException {
        Path directory = Files.createDirectories(
                REPOSITORY.resolve("dev/godwit").resolve(artifact).resolve(version));
        Files.write(directory.resolve(artifact + "-" + version + "." + type), Files.readAllBytes(file));
    }

    private static void copy(Path project) throws IOException {
        try (Stream<Path> files = Files.walk(project)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path to = PROJECT.resolve(project.relativize(file).toString());
                Files.createDirectories(to.toAbsolutePath().getParent());
                Files.copy(file, to);
            }
        }
    }

    @Test
    void runsItsTestsWithNothingButTheDependency() {
        assertThat(output)
                .contains("Tests run: 4, Failures: 2, Errors: 0, Skipped: 0")
                .contains("BUILD FAILURE");
        assertThat(output).doesNotContain("startsFromItsDump:").doesNotContain("needsNoTestcontainers:");
    }

    @Test
    void aFailureShowsTheKeysThatDifferAndWhereTheServersFilesAre() {
        assertThat(output)
                .contains(
                        "table public.orders: 2 rows in the source, 1 in the target: key [id]: (2) only in the source");
        for (String kept : List.of("failsBecauseARowIsMissing-source-13", "failsBecauseARowIsMissing-target-17")) {
            Path directory =
                    PROJECT.resolve("target/postgres-logs/ShopTest." + kept).toAbsolutePath();
            assertThat(output).contains(directory + ", the server's directory");
            assertThat(directory.resolve("postgres.log")).content().contains("ready to accept connections");
            assertThat(directory.resolve("data/PG_VERSION")).exists();
        }
    }

    @Test
    void aTestThatLeavesASlotFails() {
        assertThat(output).contains("Left behind:").contains("replication slot forgotten on PostgreSQL 13");
    }
}
