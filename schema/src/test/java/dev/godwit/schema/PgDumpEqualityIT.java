package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.godwit.testkit.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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
        List<String> databases = new ArrayList<>(ZooSchema.DATABASES);
        databases.add(ZooSchema.NAMES);
        return databases;
    }

    @ParameterizedTest
    @MethodSource("databases")
    void pgDumpSeesNoDifference(String database) throws Exception {
        ZooSchema.create(old, database, fresh, database + ".sql");
        prepare(database, SchemaCopyOptions.defaults());
        compare(database, "", "--no-owner", "--no-privileges");
    }

    /** Its schema; there is no need of its rows. */
    @Test
    void pgDumpSeesNoDifferenceInWhatTheDemoMigrates() throws Exception {
        ZooSchema.create(old, "rental", fresh, "/dev/godwit/demo/1-tables.sql", "/dev/godwit/demo/3-rules.sql");
        prepare("rental", SchemaCopyOptions.defaults());
        compare("rental", "", "--no-owner", "--no-privileges");
    }

    /** All of them with {@code -Dgodwit.zoo=all}. */
    static List<String> ownedDatabases() {
        return System.getProperty("godwit.zoo", "").equals("all") ? ZooSchema.DATABASES : List.of("zoo", "routines");
    }

    @ParameterizedTest
    @MethodSource("ownedDatabases")
    void pgDumpSeesNoDifferenceInOwnersAndPrivileges(String file) throws Exception {
        String database = file + "_owned";
        ZooSchema.createRoles(old);
        ZooSchema.createRoles(fresh);
        ZooSchema.create(old, database, fresh, file + ".sql", "owned.sql");
        SchemaCopyOptions options =
                SchemaCopyOptions.builder().owners(true).privileges(true).build();
        prepare(database, options);
        compare(database, " with owners and privileges");
        if (file.equals("zoo")) {
            theComparisonSeesOwnersAndPrivileges(database, options);
        }
    }

    private static void theComparisonSeesOwnersAndPrivileges(String database, SchemaCopyOptions options)
            throws SQLException {
        SchemaComparison comparison =
                SchemaComparison.builder().including(options).build();
        try (Connection source = old.connect(database);
                Connection target = fresh.connect(database)) {
            assertThat(comparison.compare(source, target)).isEmpty();
            fresh.execute(
                    database,
                    "ALTER TABLE shop.gaps OWNER TO owner_super",
                    "GRANT TRIGGER ON shop.full_identity TO writer",
                    "ALTER DEFAULT PRIVILEGES FOR ROLE owner_super GRANT INSERT ON TABLES TO writer");
            assertThat(comparison.compare(source, target))
                    .extracting(SchemaDifference::object)
                    .contains("owner of table shop.gaps", "privileges on table shop.full_identity")
                    .anyMatch(object -> object.startsWith("default privileges of "))
                    .allMatch(object -> object.matches("(owner of|privileges on|default privileges of) .*"));
            assertThat(SchemaDifference.between(source, target, table -> true)).isEmpty();
        }
    }

    private static void compare(String database, String what, String... options) throws Exception {
        List<String> source = PgDump.schema(program, old, database, options);
        List<String> target = PgDump.schema(program, fresh, database, options);
        List<String> difference = PgDump.difference(source, target);
        System.out.printf(
                "pg_dump of %s%s: %d lines of difference in %d statements%n",
                database, what, difference.size(), source.size());
        assertThat(source).hasSizeGreaterThan(STATEMENTS_AT_LEAST);
        assertThat(difference).as("what pg_dump sees in only one of them").isEmpty();
    }

    private static void prepare(String database, SchemaCopyOptions options) throws SQLException {
        try (Connection source = old.connect(database);
                Connection target = fresh.connect(database)) {
            SchemaPlan plan = SchemaPreparers.fromCatalog(options).plan(source, target, table -> true);
            assertThat(plan.notCarried()).isEmpty();
            PlanRunner.run(fresh, database, plan, SchemaStage.values());
        }
    }
}
