package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.godwit.testkit.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every extension that the server's host has, all in one database, and objects that use what they bring. */
class ContribIT {

    private static final int MAJOR = 15;
    private static final int EXTENSIONS_AT_LEAST = 30;

    @Test
    void allExtensionsTogetherAreWhatPgDumpSees() throws Exception {
        Optional<Path> program = PgDump.program(MAJOR);
        assumeTrue(program.isPresent(), "No pg_dump " + MAJOR + " on this machine");
        try (PostgresServer old = PostgresServer.builder(MAJOR).start();
                PostgresServer fresh = PostgresServer.builder(MAJOR).start()) {
            old.createDatabase("contrib");
            fresh.createDatabase("contrib");
            List<String> extensions = installAll(old);
            ZooSchema.create(old, "contrib", "contrib.sql");
            try (Connection source = old.connect("contrib");
                    Connection target = fresh.connect("contrib")) {
                SchemaPlan plan = SchemaPreparers.fromCatalog().plan(source, target, table -> true);
                assertThat(plan.notCarried()).isEmpty();
                PlanRunner.run(fresh, "contrib", plan, SchemaStage.values());
            }
            List<String> source = PgDump.schema(program.get(), old, "contrib", "--no-owner", "--no-privileges");
            List<String> difference = PgDump.difference(
                    source, PgDump.schema(program.get(), fresh, "contrib", "--no-owner", "--no-privileges"));
            System.out.printf(
                    "pg_dump of %d extensions: %d lines of difference in %d statements%n",
                    extensions.size(), difference.size(), source.size());
            assertThat(extensions).hasSizeGreaterThan(EXTENSIONS_AT_LEAST);
            assertThat(difference).isEmpty();
        }
    }

    /** Installs every second one into a schema of its own, where it lets itself. */
    private static List<String> installAll(PostgresServer server) {
        server.execute("contrib", "CREATE SCHEMA \"Ex.\"\"t\"");
        server.execute("contrib", """
                DO $$
                DECLARE e record;
                BEGIN
                    FOR e IN SELECT name, row_number() OVER (ORDER BY name) AS n FROM pg_available_extensions
                             WHERE name !~ '^(hstore|jsonb|ltree|bool)_?pl|^pl|^bool_pl' ORDER BY name
                    LOOP
                        BEGIN
                            EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I %s CASCADE', e.name,
                                           CASE WHEN e.n % 2 = 0 THEN 'SCHEMA "Ex.""t"' END);
                        EXCEPTION WHEN OTHERS THEN
                            EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I CASCADE', e.name);
                        END;
                    END LOOP;
                END $$
                """);
        return server.query("contrib", "SELECT extname FROM pg_extension ORDER BY 1");
    }
}
