package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which pg_dump is taken, and how it is called; with scripts in its place. */
@DisabledOnOs(OS.WINDOWS)
class PgDumpProgramTest {

    @TempDir
    Path directory;

    private Path program(String name, String body) throws IOException {
        Path file = Files.createDirectories(directory.resolve(name)).resolve("pg_dump");
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private Path version(String version) throws IOException {
        return program(version, "echo 'pg_dump (PostgreSQL) " + version + " (Debian)'");
    }

    private static int chosen(List<Integer> majors, int source, int target) {
        List<PgDumpProgram> found = majors.stream()
                .map(major -> new PgDumpProgram(Path.of("/" + major), major))
                .toList();
        return PgDumpProgram.find(new PgDumpProgram.Search(List.of(), found, List.of()), null, source, target)
                .major();
    }

    @Test
    void theOneOfTheTargetsVersionIsTakenElseTheNextBest() {
        assertThat(chosen(List.of(13, 18, 17, 15), 13, 17)).isEqualTo(17);
        assertThat(chosen(List.of(12, 13, 18, 15), 13, 17)).isEqualTo(15);
        assertThat(chosen(List.of(12, 19, 18), 13, 17)).isEqualTo(18);
        assertThat(chosen(List.of(13), 13, 17)).isEqualTo(13);
    }

    @Test
    void whatIsNeededAndWhereItWasLookedForIsSaidWhereNoneIsGoodEnough() throws Exception {
        Path old = version("12.22");
        Path broken = program("broken", "echo nonsense; exit 3");
        List<Path> places = List.of(old.getParent(), broken.getParent(), directory.resolve("nowhere"));

        assertThatThrownBy(() -> PgDumpProgram.find(PgDumpProgram.search(places), null, 13, 17))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(
                        "needs pg_dump 13 or later",
                        "looked in " + places,
                        "found only " + old + " (version 12)",
                        broken + " --version says 'nonsense'",
                        "Install the client programs of PostgreSQL 17",
                        "PgDumpOptions.program");
    }

    @Test
    void aProgramThatIsNamedIsTheOnlyOneLookedAt() throws Exception {
        Path old = version("9.6.24");
        Path fit = version("16.4");
        assertThat(PgDumpProgram.find(fit, 13, 17)).isEqualTo(new PgDumpProgram(fit, 16));
        assertThat(PgDumpProgram.find(fit.getParent(), 13, 17)).isEqualTo(new PgDumpProgram(fit, 16));
        assertThatThrownBy(() -> PgDumpProgram.find(old, 10, 10))
                .hasMessageContainingAll("looked at " + old + ", which was named", old + " (version 9)");
        assertThatThrownBy(() -> PgDumpProgram.find(directory.resolve("gone"), 10, 10))
                .hasMessageContaining("gone does not exist or may not be executed");
    }

    private String dump(Path program, PgDumpOptions options) throws SQLException {
        return new PgDumpRun(
                        new PgDumpProgram(program, 15),
                        Map.of("PGPASSWORD", "s3cret-word", "PGHOST", "db"),
                        options,
                        List.of(new TableName("a.b", "t\"x")))
                .dump();
    }

    @Test
    void thePasswordIsInTheEnvironmentAndNeitherOnTheCommandLineNorInWhatIsSaid() throws Exception {
        Path echo = program("echo", "echo \"$@\"; echo \"$PGPASSWORD@$PGHOST\"");
        String text = dump(echo, PgDumpOptions.defaults());
        List<String> lines = text.lines().toList();
        assertThat(lines.get(0))
                .contains("--schema-only", "--no-owner", "--no-privileges", "--exclude-table=\"a.b\".\"t\"\"x\"")
                .contains("--lock-wait-timeout=60000")
                .doesNotContain("s3cret");
        assertThat(lines.get(1)).isEqualTo("s3cret-word@db");

        Path failing = program("failing", "echo \"connection with $PGPASSWORD refused\" >&2; exit 1");
        assertThatThrownBy(() -> dump(failing, PgDumpOptions.defaults()))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("exit code 1: connection with *** refused");
    }

    @Test
    void whatIsAskedForIsDumpedToo() throws Exception {
        Path echo = program("echo", "echo \"$@ $MORE\"");
        PgDumpOptions options = PgDumpOptions.builder()
                .owners(true)
                .privileges(true)
                .environment("MORE", "more")
                .build();
        assertThat(dump(echo, options)).doesNotContain("--no-owner", "--no-privileges");
        assertThat(options.toString()).contains("MORE").doesNotContain("more");
    }

    @Test
    void oneThatDoesNotEndIsEnded() throws Exception {
        Path sleeping = program("sleeping", "exec sleep 600");
        PgDumpOptions options =
                PgDumpOptions.builder().timeout(Duration.ofSeconds(1)).build();
        assertThatThrownBy(() -> dump(sleeping, options)).hasMessageContaining("has not ended within PT1S");
    }

    @Test
    void wrongOptionsAreNamed() {
        assertThatThrownBy(() -> PgDumpOptions.builder()
                        .timeout(Duration.ofMillis(1))
                        .lockTimeout(Duration.ZERO)
                        .environment("A=B", "")
                        .build())
                .hasMessageContainingAll("timeout must be", "lockTimeout must be", "'A=B'");
    }
}
