package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas that the user prepares: by scripts, or completely. */
class OtherPreparersIT {

    private static PostgresServer server;

    @TempDir
    Path directory;

    @BeforeAll
    static void start() throws SQLException {
        server = PostgresServer.builder(15).start();
        server.createDatabase("zoo");
        ZooSchema.create(server, "zoo", "zoo.sql");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        server.dropDatabase("target");
        server.createDatabase("target");
    }

    private static SchemaPlan plan(SchemaPreparer preparer) throws SQLException {
        try (Connection source = server.connect("zoo");
                Connection target = server.connect("target")) {
            return preparer.plan(source, target, table -> true);
        }
    }

    private static List<SchemaDifference> differences() throws SQLException {
        try (Connection source = server.connect("zoo");
                Connection target = server.connect("target")) {
            return SchemaDifference.between(source, target, table -> true);
        }
    }

    private Path script(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void whatATargetThatWasPreparedByHandLacksOfLateObjectsIsMade() throws SQLException {
        PlanRunner.run(server, "target", plan(SchemaPreparers.fromCatalog()), SchemaStage.BEFORE_COPY);
        server.execute("target", "CREATE INDEX by_hand ON shop.customer (name)");

        SchemaPlan plan = plan(SchemaPreparers.alreadyPrepared());

        assertThat(plan.steps(SchemaStage.BEFORE_COPY)).isEmpty();
        assertThat(plan.notCarried()).containsExactly("index shop.by_hand: only the target has it");
        server.execute("target", "DROP INDEX shop.by_hand");
        PlanRunner.run(
                server, "target", plan, Arrays.copyOfRange(SchemaStage.values(), 1, SchemaStage.values().length));
        assertThat(differences()).isEmpty();
    }

    /** Section pre-data of pg_dump has no key and no index, those of partitioned tables included. */
    @Test
    void whatPartitionedTablesOfATargetThatWasPreparedByHandLackIsMadeBeforeThoseOfTheirPartitions()
            throws SQLException {
        SchemaPlan whole = plan(SchemaPreparers.fromCatalog());
        SchemaPlan preData = new SchemaPlan(
                whole.steps().stream()
                        .filter(step -> !step.id().matches("(key|index|index attach) .*"))
                        .toList(),
                List.of());
        PlanRunner.run(server, "target", preData, SchemaStage.BEFORE_COPY);

        SchemaPlan plan = plan(SchemaPreparers.alreadyPrepared());

        assertThat(plan.notCarried()).isEmpty();
        PlanRunner.run(server, "target", plan, SchemaStage.values());
        assertThat(differences()).isEmpty();
    }

    @Test
    void aTargetThatWasPreparedWhollyIsLeftAloneButForItsMaterializedViews() throws SQLException {
        server.dropDatabase("target");
        server.createDatabase("target", "zoo");

        SchemaPlan plan = plan(SchemaPreparers.alreadyPrepared());

        assertThat(plan.notCarried()).isEmpty();
        assertThat(plan.steps()).isNotEmpty().allMatch(step -> step.stage() == SchemaStage.BEFORE_CUTOVER);
    }

    @Test
    void everyDifferenceOfATargetThatWasPreparedByHandIsTold() throws SQLException {
        server.dropDatabase("target");
        server.createDatabase("target", "zoo");
        server.execute(
                "target",
                "ALTER TABLE shop.customer ALTER COLUMN name SET DEFAULT 'x'",
                "DROP MATERIALIZED VIEW shop.unfilled",
                "CREATE TABLE shop.more (id int)");

        assertThat(plan(SchemaPreparers.alreadyPrepared()).notCarried())
                .anyMatch(note -> note.startsWith(
                        "table \"shop\".\"customer\": column \"name\": the source has \"name\" character"))
                .contains(
                        "materialized view shop.unfilled: the target, which was prepared by hand, does not have it",
                        "table \"shop\".\"more\": only the target has it")
                .hasSizeBetween(3, 4);
    }

    @Test
    void scriptsAreExecutedStatementByStatementWithWhatTheySet() throws Exception {
        Path before = script("before.sql", """
                \\restrict abc
                BEGIN;
                CREATE TABLE in_public (id int PRIMARY KEY);
                SET search_path = shop;
                CREATE SCHEMA shop;
                CREATE TABLE customer (id int, name text DEFAULT ';');
                CREATE FUNCTION two() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;
                COMMIT;
                \\unrestrict abc
                """);
        Path after = script("after.sql", """
                SELECT pg_catalog.set_config('search_path', 'shop', false);
                ALTER TABLE customer ADD PRIMARY KEY (id);
                """);
        SchemaPlan plan = plan(SchemaPreparers.scripts(List.of(before), List.of(after)));

        assertThat(plan.steps().stream().map(SchemaStep::id))
                .containsExactly(
                        "script before.sql:3",
                        "script before.sql:5",
                        "script before.sql:6",
                        "script before.sql:7",
                        "script after.sql:2");
        PlanRunner.run(server, "target", plan, SchemaStage.BEFORE_COPY, SchemaStage.AFTER_COPY);
        assertThat(server.query("target", "SELECT shop.two() || ' ' || to_regclass('public.in_public')"))
                .containsExactly("2 in_public");
        assertThat(server.query(
                        "target", "SELECT conname FROM pg_constraint WHERE conrelid = 'shop.customer'::regclass"))
                .contains("customer_pkey");
    }

    @Test
    void everythingThatIsWrongWithScriptsIsNamedByFileAndLine() throws Exception {
        Path bad = script("bad.sql", """
                \\connect other
                CREATE TABLE t (id int);
                COPY t FROM stdin;
                CREATE UNIQUE INDEX CONCURRENTLY i ON t (id);
                VACUUM t;
                SET ROLE somebody;
                ROLLBACK;
                """);
        Path other = Files.createDirectory(directory.resolve("other")).resolve("bad.sql");
        Path latin = Files.write(directory.resolve("latin.sql"), new byte[] {'-', '-', (byte) 0xE4});

        assertThatThrownBy(() -> plan(SchemaPreparers.scripts(List.of(bad, latin), List.of(other))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "two scripts are named bad.sql",
                        bad + ", line 1: \\connect",
                        bad + ", line 3: rows come",
                        bad + ", line 4: this cannot be done in a transaction",
                        bad + ", line 5: this cannot be done in a transaction",
                        bad + ", line 6: what the migration makes belongs to the role",
                        bad + ", line 7: each statement is a transaction of its own",
                        latin + " is not in UTF-8",
                        other + " cannot be read");
    }
}
