package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * An extension with configuration tables, as {@code pg_extension_config_dump} makes them: rows of the user are carried, as pg_dump does,
 * and those that the extension brings itself are left to it, in the copy, in the stream and when rows are compared.
 */
final class ExtensionConfigurationIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String NAME = "godwit_configured";

    /** The condition of {@code known} is about its key, as that of PostGIS, that of {@code shown} about another column. */
    private static final String SCRIPT = """
            CREATE TABLE known (id int PRIMARY KEY, what text);
            INSERT INTO known SELECT i, 'built in' FROM generate_series(1, 20) i;
            SELECT pg_catalog.pg_extension_config_dump('known', 'WHERE NOT (known.id BETWEEN 1 AND 1000)');
            CREATE TABLE setting (id serial PRIMARY KEY, value text);
            SELECT pg_catalog.pg_extension_config_dump('setting', '');
            CREATE TABLE shown (id int PRIMARY KEY, ours boolean NOT NULL);
            INSERT INTO shown VALUES (1, true), (2, true);
            SELECT pg_catalog.pg_extension_config_dump('shown', 'where not ours');
            CREATE TABLE internal (id int PRIMARY KEY, what text);
            INSERT INTO internal VALUES (1, 'internal');
            CREATE INDEX ON known (what);
            ALTER TABLE known ADD CHECK (id > -100), ADD UNIQUE (id, what), ADD COLUMN parent int REFERENCES known;
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER touched BEFORE UPDATE ON known FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE RULE kept AS ON DELETE TO known WHERE old.id = 1 DO INSTEAD NOTHING;
            CREATE STATISTICS related ON id, what FROM known;
            CREATE POLICY all_of_it ON known USING (true);
            CREATE SEQUENCE tickets;
            SELECT pg_catalog.pg_extension_config_dump('tickets', '');
            CREATE SEQUENCE hidden;
            """;

    private static final List<String> ROWS = List.of(
            "SELECT id, what FROM ext.known ORDER BY id",
            "SELECT id, value FROM ext.setting ORDER BY id",
            "SELECT id, ours FROM ext.shown WHERE NOT ours ORDER BY id",
            "SELECT last_value, is_called FROM ext.tickets",
            "SELECT last_value >= (SELECT max(id) FROM ext.setting) FROM ext.setting_id_seq");

    private final List<Path> files = new ArrayList<>();

    @Test
    @PostgresPairTest(source = "15", target = "15")
    void carriesTheRowsOfTheUserAlone(PostgresPair pair) throws Exception {
        install(pair);
        List<Finding> warnings = findings(pair);
        assertThat(warnings).hasSize(1);
        assertThat(warnings.get(0).object()).isEqualTo("ext.shown");
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(PATIENCE);
            changeRowsOfTheUser(pair);
            pair.source()
                    .execute(
                            "app",
                            "UPDATE ext.known SET what = 'the user''s own wording' WHERE id = 7",
                            "DELETE FROM ext.known WHERE id = 8",
                            "INSERT INTO ext.known (id, what) VALUES (30, 'of a later version')",
                            "UPDATE ext.known SET id = 3000 WHERE id = 9",
                            "UPDATE ext.known SET id = 40 WHERE id = 2004");
            run.verify().throwIfDifferent();
            pair.target().execute("app", "UPDATE ext.known SET what = '?' WHERE id IN (7, 2001)");
            assertThat(run.verify().differences()).hasSize(1);
            pair.target().execute("app", "UPDATE ext.known SET what = 'changed' WHERE id = 2001");
            run.cutover();
        }
        assertThat(pair.target().query("app", "SELECT id FROM ext.known WHERE id BETWEEN 1 AND 1000 ORDER BY id"))
                .as("what the extension brings itself")
                .hasSize(20);
        pair.target().execute("app", "UPDATE ext.known SET what = 'built in' WHERE id = 7");
        same(pair, "SELECT id, what FROM ext.known WHERE id > 1000 ORDER BY id");
        ROWS.subList(1, ROWS.size()).forEach(rows -> same(pair, rows));
        assertThat(pair.target().query("app", "SELECT is_called FROM ext.hidden"))
                .containsExactly("f");
        assertThat(pair.target().query("app", "SELECT id FROM ext.internal")).containsExactly("1");
        assertThat(pair.target().query("app", "SELECT nextval('ext.setting_id_seq') > max(id) FROM ext.setting"))
                .containsExactly("t");
    }

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void carriesTheRowsOfTheUserFromASourceThatCannotFilter(PostgresPair pair) throws Exception {
        install(pair);
        assertThat(findings(pair)).extracting(Finding::object).containsExactly("ext.known", "ext.shown");
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(PATIENCE);
            changeRowsOfTheUser(pair);
            run.verify().throwIfDifferent();
            run.cutover();
        }
        ROWS.forEach(rows -> same(pair, rows));
    }

    private static void changeRowsOfTheUser(PostgresPair pair) {
        pair.source()
                .execute(
                        "app",
                        "INSERT INTO ext.known (id, what) VALUES (2010, 'new'), (-1, 'new')",
                        "UPDATE ext.known SET what = 'changed' WHERE id = 2001",
                        "DELETE FROM ext.known WHERE id = 2002",
                        "UPDATE ext.known SET id = 2033 WHERE id = 2003",
                        "INSERT INTO ext.setting (value) VALUES ('three')",
                        "UPDATE ext.setting SET value = 'two, changed' WHERE id = 2",
                        "DELETE FROM ext.setting WHERE id = 1",
                        "INSERT INTO ext.shown VALUES (30, false)",
                        "DELETE FROM ext.shown WHERE id = 10",
                        "SELECT nextval('ext.tickets')");
    }

    private void install(PostgresPair pair) throws IOException {
        for (PostgresServer server : List.of(pair.source(), pair.target())) {
            Path directory = Path.of(server.query("postgres", "SELECT setting FROM pg_config WHERE name = 'SHAREDIR'")
                            .get(0))
                    .resolve("extension");
            assumeTrue(
                    Files.isWritable(directory), "The servers' extensions are not on this host, or not ours to add to");
            write(directory.resolve(NAME + ".control"), "default_version = '1'\nschema = ext\nrelocatable = false\n");
            write(directory.resolve(NAME + "--1.sql"), SCRIPT);
        }
        pair.source()
                .execute(
                        "app",
                        "CREATE EXTENSION " + NAME,
                        "INSERT INTO ext.known (id, what) SELECT i, 'the user''s' FROM generate_series(2000, 2005) i",
                        "INSERT INTO ext.setting (value) VALUES ('one'), ('two')",
                        "INSERT INTO ext.shown VALUES (10, false), (20, false)",
                        "UPDATE ext.internal SET what = 'changed'",
                        "SELECT nextval('ext.tickets'), nextval('ext.hidden')",
                        "CREATE TABLE own (id int PRIMARY KEY REFERENCES ext.known)",
                        "INSERT INTO own VALUES (1), (2005)");
    }

    private void write(Path file, String text) throws IOException {
        if (!files.contains(file)) {
            files.add(file);
            Files.writeString(file, text);
        }
    }

    @AfterEach
    void removeTheExtension() throws IOException {
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    private static List<Finding> findings(PostgresPair pair) {
        return migration(pair).preflight().findings().stream()
                .filter(finding -> finding.code().equals(FindingCode.EXTENSION_CONFIGURATION.code()))
                .toList();
    }

    private static void same(PostgresPair pair, String rows) {
        List<String> source = pair.source().query("app", rows);
        assertThat(source).as(rows).isNotEmpty();
        assertThat(pair.target().query("app", rows)).as(rows).isEqualTo(source);
    }

    private static Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("configured")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .build();
    }
}
