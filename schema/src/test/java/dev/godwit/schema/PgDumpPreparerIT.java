package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.godwit.testkit.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** pg_dump as the preparer, with the one of version 15 of the machine. */
class PgDumpPreparerIT {

    private static final int MAJOR = 15;

    /** What pg_dump itself makes otherwise: the columns of a child that was attached, a role named twice, a multirange's comment. */
    private static final Set<String> NOT_BY_PG_DUMP = Set.of(
            "policy of_select on t.keys",
            "table \"t\".\"attached\"",
            "table \"i\".\"order2\"",
            "table \"i\".\"pb\"",
            "COMMENT ON TYPE c.\"multi \"\"r\"\"\"");

    private static final List<String> OTHER_COLUMN_ORDER = List.of(
            "attached; Type: TABLE; Schema: t;", "order2; Type: TABLE; Schema: i;", "pb; Type: TABLE; Schema: i;");

    private static final List<String> OTHER_VERSION =
            Boolean.getBoolean("godwit.schema.all") ? ZooSchema.DATABASES : List.of("zoo");

    private static Path program;
    private static PostgresServer server;

    @BeforeAll
    static void find() {
        Optional<Path> found = PgDump.program(MAJOR);
        assumeTrue(found.isPresent(), "No pg_dump " + MAJOR + " on this machine");
        program = found.get();
        server = PostgresServer.builder(MAJOR).start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static SchemaPreparer preparer() {
        return SchemaPreparers.pgDump(PgDumpOptions.builder().program(program).build());
    }

    @Test
    void makesTheTargetEqualToTheSource() throws Exception {
        try (PostgresServer fresh = PostgresServer.builder(MAJOR).start()) {
            for (String database : ZooSchema.DATABASES) {
                prepare(server, fresh, database);
                List<String> source = PgDump.schema(program, server, database, "--no-owner", "--no-privileges");
                List<String> target = PgDump.schema(program, fresh, database, "--no-owner", "--no-privileges");
                source.removeIf(PgDumpPreparerIT::isNotByPgDump);
                target.removeIf(PgDumpPreparerIT::isNotByPgDump);
                assertThat(PgDump.difference(source, target)).as(database).isEmpty();
            }
        }
    }

    /** Each version writes some things in its own way; the comparison knows of that. */
    @ParameterizedTest
    @CsvSource({"10, 15", "13, 17"})
    void makesATargetOfANewerVersionFitTheSource(int from, int to) throws Exception {
        try (PostgresServer old = PostgresServer.builder(from).start();
                PostgresServer fresh = PostgresServer.builder(to).start()) {
            for (String database : OTHER_VERSION) {
                prepare(old, fresh, database);
            }
        }
    }

    private static boolean isNotByPgDump(String statement) {
        return OTHER_COLUMN_ORDER.stream().anyMatch(statement::startsWith);
    }

    private static void prepare(PostgresServer old, PostgresServer fresh, String database) throws SQLException {
        old.createDatabase(database);
        fresh.createDatabase(database);
        ZooSchema.create(old, database, database + ".sql");
        try (Connection source = old.connect(database);
                Connection target = fresh.connect(database)) {
            SchemaPlan plan = preparer().plan(source, target, table -> true);
            assertThat(plan.notCarried()).isEmpty();
            assertThat(plan.steps().stream().map(SchemaStep::id)).doesNotHaveDuplicates();
            PlanRunner.run(fresh, database, plan, SchemaStage.values());
            assertThat(SchemaDifference.between(source, target, table -> true))
                    .extracting(SchemaDifference::object)
                    .isSubsetOf(NOT_BY_PG_DUMP);
        }
    }

    @Test
    void tablesThatAreNotSelectedAreNotDumpedNorWhatNeedsThem() throws Exception {
        server.createDatabase("old");
        server.createDatabase("new");
        ZooSchema.execute(server, "old", """
                CREATE SCHEMA "S.1";
                CREATE TABLE "S.1"."a.b""C" (id serial PRIMARY KEY, x int);
                CREATE INDEX ON "S.1"."a.b""C" (x);
                CREATE TABLE "S.1".kept (id int PRIMARY KEY, ref int REFERENCES "S.1"."a.b""C");
                CREATE VIEW "S.1".on_left AS SELECT x FROM "S.1"."a.b""C";
                COMMENT ON VIEW "S.1".on_left IS 'goes with it';
                CREATE TABLE "S.1"."a.b""c" (id int);
                """);
        try (Connection source = server.connect("old");
                Connection target = server.connect("new")) {
            SchemaPlan plan =
                    preparer().plan(source, target, table -> !table.name().equals("a.b\"C"));

            assertThat(plan.notCarried())
                    .hasSize(2)
                    .anyMatch(note -> note.startsWith("view \"S.1\".on_left: it needs table"))
                    .anyMatch(note -> note.startsWith("foreign key kept_ref_fkey on \"S.1\".kept: it needs"));
            PlanRunner.run(server, "new", plan, SchemaStage.values());
        }
        assertThat(server.query(
                        "new", "SELECT relname FROM pg_class WHERE relnamespace = '\"S.1\"'::regnamespace ORDER BY 1"))
                .containsExactly("a.b\"c", "kept", "kept_pkey");
    }

    @Test
    void aSequenceOfALeftOutTableIsDumpedIfADefaultDrawsFromIt() throws Exception {
        server.createDatabase("like");
        server.createDatabase("like_target");
        ZooSchema.execute(server, "like", """
                CREATE TABLE orders (id serial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, unneeded serial);
                CREATE TABLE orders_archive (LIKE orders INCLUDING ALL);
                ALTER TABLE orders_archive ALTER unneeded DROP DEFAULT;
                CREATE TABLE numbered (n int DEFAULT nextval('orders_n_seq'));
                """);
        Predicate<TableName> selection = table -> !table.name().equals("orders");
        try (Connection source = server.connect("like");
                Connection target = server.connect("like_target")) {
            SchemaPlan plan = preparer().plan(source, target, selection);
            assertThat(plan.notCarried()).isEmpty();
            PlanRunner.run(server, "like_target", plan, SchemaStage.values());
            assertThat(SchemaDifference.between(source, target, selection)).isEmpty();
        }
        server.execute("like_target", "INSERT INTO orders_archive (unneeded) VALUES (1)");
        server.execute("like_target", "INSERT INTO numbered DEFAULT VALUES");
    }
}
