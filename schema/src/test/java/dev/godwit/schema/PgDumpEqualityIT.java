package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.godwit.testkit.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** pg_dump finds no difference between a database and what its plan makes of an empty one. */
class PgDumpEqualityIT {

    private static final int MAJOR = 15;
    private static final int STATEMENTS_AT_LEAST = 15;

    private static PostgresServer old;
    private static PostgresServer fresh;
    private static Path program;

    @BeforeAll
    static void start() {
        Optional<Path> found = PgDump.program(MAJOR);
        assumeTrue(found.isPresent(), "No pg_dump " + MAJOR + " on this machine");
        program = found.get();
        old = PostgresServer.builder(MAJOR).start();
        fresh = PostgresServer.builder(MAJOR).start();
    }

    @AfterAll
    static void stop() {
        if (old != null) {
            old.close();
        }
        if (fresh != null) {
            fresh.close();
        }
    }

    static List<String> databases() {
        return ZooSchema.DATABASES;
    }

    @ParameterizedTest
    @MethodSource("databases")
    void pgDumpSeesNoDifference(String database) throws Exception {
        old.createDatabase(database);
        fresh.createDatabase(database);
        ZooSchema.create(old, database, database + ".sql");
        prepare(database);
        List<String> source = PgDump.schema(program, old, database, "--no-owner", "--no-privileges");
        List<String> target = PgDump.schema(program, fresh, database, "--no-owner", "--no-privileges");
        List<String> difference = PgDump.difference(source, target);
        System.out.printf(
                "pg_dump of %s: %d lines of difference in %d statements%n", database, difference.size(), source.size());
        assertThat(source).hasSizeGreaterThan(STATEMENTS_AT_LEAST);
        assertThat(difference).as("what pg_dump sees in only one of them").isEmpty();
    }

    private static void prepare(String database) throws SQLException {
        try (Connection source = old.connect(database);
                Connection target = fresh.connect(database)) {
            SchemaPlan plan = SchemaPreparers.fromCatalog().plan(source, target, table -> true);
            assertThat(plan.notCarried()).isEmpty();
            PlanRunner.run(fresh, database, plan, SchemaStage.values());
        }
    }
}
