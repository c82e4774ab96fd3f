package dev.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.Credentials;
import dev.godwit.CredentialsSources;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.Provokes;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file says is what is migrated. */
@PostgresPairTest(source = "13", target = "17")
final class TaskFileIT {

    @Test
    void movesTheTablesOfOddNamesThatItSelectsAndNoOther(PostgresPair pair, @TempDir Path directory) throws Exception {
        pair.source()
                .execute(
                        "app",
                        "CREATE SCHEMA \"a.b\"",
                        "CREATE TABLE \"a.b\".\"say \"\"hello\"\"\" (id int PRIMARY KEY)",
                        "CREATE TABLE \"a.b\".\"Other\" (id int PRIMARY KEY)",
                        "CREATE TABLE film (id int PRIMARY KEY)",
                        "CREATE TABLE film_actor (id int PRIMARY KEY)",
                        "CREATE TABLE left_behind (id int PRIMARY KEY)",
                        "INSERT INTO \"a.b\".\"say \"\"hello\"\"\" VALUES (1), (2)",
                        "INSERT INTO film_actor VALUES (3)");
        Path passwords = Files.writeString(directory.resolve("pgpass"), "*:*:*:postgres:unused\n");
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-------"));
        }
        TaskFile task = task(pair, "[\"\\\"a.b\\\".\\\"say \\\"\\\"hello\\\"\\\"\\\"\", \"public.film*\"]");
        Migration migration = task.migrations()
                .credentials(CredentialsSources.passwordFile(passwords))
                .builders()
                .get(0)
                .build();
        assertThat(migration.preflight().findings()).isEmpty();
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(Duration.ofSeconds(60));
            run.cutover();
        }
        assertThat(pair.target()
                        .query(
                                "app",
                                "SELECT table_schema || '.' || table_name FROM information_schema.tables"
                                        + " WHERE table_schema IN ('a.b', 'public') ORDER BY 1"))
                .containsExactlyInAnyOrder("a.b.say \"hello\"", "public.film", "public.film_actor");
        assertThat(pair.target().query("app", "SELECT count(*) FROM \"a.b\".\"say \"\"hello\"\"\""))
                .containsExactly("2");
    }

    @Test
    @Provokes({FindingCode.NAMED_TABLE, FindingCode.TABLE_PATTERN})
    void isToldOfTablesThatTheSourceHasNot(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        "CREATE TABLE film (id int PRIMARY KEY)",
                        "CREATE TABLE \"Actor\" (id int PRIMARY KEY)",
                        "CREATE VIEW films AS SELECT * FROM film",
                        "CREATE TABLE log (day int PRIMARY KEY) PARTITION BY RANGE (day)",
                        "CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1) TO (2)");
        PreflightReport report = report(
                pair,
                "[\"public.flim\", \"public.actor\", \"public.films\", \"shop.*\", \"other.thing\", \"public.log\", \"public.log_1\","
                        + " \"public.film\"]");
        assertThat(ofNames(report))
                .extracting(Finding::toString)
                .satisfiesExactly(
                        finding -> assertThat(finding)
                                .contains(
                                        "BLOCKER",
                                        "public.flim",
                                        "the source has no such table",
                                        "did you mean public.film?"),
                        finding ->
                                assertThat(finding).contains("BLOCKER", "public.actor", "did you mean public.Actor?"),
                        finding -> assertThat(finding)
                                .contains(
                                        "BLOCKER",
                                        "public.films",
                                        "which is a view and no table",
                                        "did you mean public.film?"),
                        finding -> assertThat(finding).contains("BLOCKER", "other.thing", "as the catalog has it"),
                        finding -> assertThat(finding).contains("WARNING", "shop.*", "matches no table of the source"));
    }

    @Test
    void isToldOfNothingIfItsTablesAreThere(PostgresPair pair) {
        pair.source().execute("app", "CREATE TABLE film (id int PRIMARY KEY)");
        assertThat(ofNames(report(pair, "[\"public.film\", \"*.film\"]"))).isEmpty();
    }

    private static List<Finding> ofNames(PreflightReport report) {
        return report.findings().stream()
                .filter(finding -> finding.code().equals(FindingCode.NAMED_TABLE.code())
                        || finding.code().equals(FindingCode.TABLE_PATTERN.code()))
                .toList();
    }

    private static PreflightReport report(PostgresPair pair, String selectedTables) {
        return task(pair, selectedTables)
                .migrations()
                .credentials(Credentials.of("postgres", ""))
                .builders()
                .get(0)
                .build()
                .preflight();
    }

    private static TaskFile task(PostgresPair pair, String selectedTables) {
        List<String> ports = List.of(port(pair.sourceUrl()), port(pair.targetUrl()));
        return TaskFile.parse("""
                {"source": {"serverName": "127.0.0.1", "port": %s, "userName": "postgres"},
                 "target": {"serverName": "127.0.0.1", "port": %s, "userName": "postgres"},
                 "databases": [{"name": "app", "selectedTables": %s}]}
                """.formatted(ports.get(0), ports.get(1), selectedTables), "task.json");
    }

    private static String port(String url) {
        return url.replaceFirst(".*:([0-9]+)/.*", "$1");
    }
}
