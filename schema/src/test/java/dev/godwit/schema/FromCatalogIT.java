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
            prepare(old, fresh);
        }
    }

    @Test
    void makesTheTargetEqualToTheSourceAsPgDumpSeesThem() throws Exception {
        try (PostgresServer old = PostgresServer.builder(15).start();
                PostgresServer fresh = PostgresServer.builder(15).start()) {
            prepare(old, fresh);
            assumeTrue(Files.isExecutable(PG_DUMP), "No pg_dump 15 on this machine");
            assertThat(dump(fresh)).containsExactlyElementsOf(dump(old));
        }
    }

    private static void prepare(PostgresServer old, PostgresServer fresh) throws SQLException {
        old.createDatabase("zoo");
        fresh.createDatabase("zoo");
        ZooSchema.create(old, "zoo");
        try (Connection source = old.connect("zoo");
                Connection target = fresh.connect("zoo")) {
            SchemaPlan plan = SchemaPreparers.fromCatalog().plan(source, target, table -> true);
            assertThat(plan.notCarried()).isEmpty();
            assertThat(plan.steps().stream().map(SchemaStep::id)).doesNotHaveDuplicates();
            PlanRunner.run(target, plan, SchemaStage.BEFORE_COPY);
            // A row that a check which is not valid refuses.
            fresh.execute("zoo", "INSERT INTO shop.gaps VALUES (-1, 0, 'x')");
            SchemaStage[] after = Arrays.copyOfRange(SchemaStage.values(), 1, SchemaStage.values().length);
            PlanRunner.run(target, plan, after);
            assertThat(SchemaDifference.between(source, target, table -> true)).isEmpty();
        }
        // Every tree of indexes has grown together.
        assertThat(fresh.query("zoo", "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid"))
                .isEmpty();
    }

    /** The statements of {@code pg_dump --schema-only}, sorted. */
    private static List<String> dump(PostgresServer server) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        PG_DUMP.toString(),
                        "--schema-only",
                        "--no-owner",
                        "--no-privileges",
                        "--host=127.0.0.1",
                        "--port=" + server.port(),
                        "--username=" + server.superuser(),
                        "zoo")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        List<String> statements = new ArrayList<>(
                List.of(text.replaceAll("(?m)^\\\\(un)?restrict .*$", "").split("(?m)^--\n-- Name: ")));
        statements.replaceAll(String::strip);
        statements.sort(null);
        assertThat(statements).hasSizeGreaterThan(200);
        return statements;
    }
}
