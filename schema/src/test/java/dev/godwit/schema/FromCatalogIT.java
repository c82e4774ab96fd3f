package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.godwit.testkit.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FromCatalogIT {

    private static final Path PG_DUMP = Path.of("/usr/lib/postgresql/15/bin/pg_dump");

    @ParameterizedTest
    @CsvSource({"10, 18", "13, 17", "18, 18"})
    void makesTheTargetEqualToTheSourceObjectByObject(int from, int to) throws SQLException {
        try (PostgresServer old = PostgresServer.builder(from).start();
                PostgresServer fresh = PostgresServer.builder(to).start()) {
            prepare(old, fresh, "zoo");
            prepare(old, fresh, "corners");
        }
    }

    @Test
    void makesTheTargetEqualToTheSourceAsPgDumpSeesThem() throws Exception {
        try (PostgresServer old = PostgresServer.builder(15).start();
                PostgresServer fresh = PostgresServer.builder(15).start()) {
            for (String database : List.of("zoo", "corners")) {
                prepare(old, fresh, database);
            }
            assumeTrue(Files.isExecutable(PG_DUMP), "No pg_dump 15 on this machine");
            for (String database : List.of("zoo", "corners")) {
                assertThat(dump(fresh, database)).containsExactlyElementsOf(dump(old, database));
            }
        }
    }

    private static void prepare(PostgresServer old, PostgresServer fresh, String database) throws SQLException {
        old.createDatabase(database);
        fresh.createDatabase(database);
        ZooSchema.create(old, database, database + ".sql");
        try (Connection source = old.connect(database);
                Connection target = fresh.connect(database)) {
            SchemaPlan plan = SchemaPreparers.fromCatalog().plan(source, target, table -> true);
            assertThat(plan.notCarried()).isEmpty();
            assertThat(plan.steps().stream().map(SchemaStep::id)).doesNotHaveDuplicates();
            PlanRunner.run(fresh, database, plan, SchemaStage.BEFORE_COPY);
            if (database.equals("zoo")) {
                // A row that a check which is not valid refuses.
                fresh.execute(database, "INSERT INTO shop.gaps VALUES (-1, 0, 'x')");
            }
            SchemaStage[] after = Arrays.copyOfRange(SchemaStage.values(), 1, SchemaStage.values().length);
            PlanRunner.run(fresh, database, plan, after);
            assertThat(SchemaDifference.between(source, target, table -> true)).isEmpty();
        }
        // Trees of indexes have grown together as far as they have at the source.
        String invalid = "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid ORDER BY 1";
        assertThat(fresh.query(database, invalid)).isEqualTo(old.query(database, invalid));
    }

    /** The statements of {@code pg_dump --schema-only}, sorted. */
    private static List<String> dump(PostgresServer server, String database) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        PG_DUMP.toString(),
                        "--schema-only",
                        "--no-owner",
                        "--no-privileges",
                        "--host=127.0.0.1",
                        "--port=" + server.port(),
                        "--username=" + server.superuser(),
                        database)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        List<String> statements = new ArrayList<>(
                List.of(text.replaceAll("(?m)^\\\\(un)?restrict .*$", "").split("(?m)^--\n-- Name: ")));
        statements.replaceAll(String::strip);
        statements.sort(null);
        assertThat(statements).hasSizeGreaterThan(100);
        return statements;
    }
}
