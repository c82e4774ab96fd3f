package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Of some tables, what they need comes along, wherever it is; what needs others is left out and named. */
class SelectionIT {

    private static final String SOURCE = """
            CREATE SCHEMA hr; CREATE SCHEMA sales; CREATE SCHEMA util; CREATE SCHEMA "Odd.Schema";
            CREATE EXTENSION hstore SCHEMA util;
            CREATE TYPE hr.mood AS ENUM ('good', 'bad');
            CREATE DOMAIN hr.short AS text CHECK (length(VALUE) < 10);
            CREATE COLLATION hr.plain (LOCALE = 'C');
            CREATE SEQUENCE hr.shared;
            CREATE FUNCTION util.positive(i int) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT i > 0';
            CREATE FUNCTION util.lowered(t text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT lower(t)';
            CREATE FUNCTION hr.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TABLE hr.person (id int PRIMARY KEY, name text);
            CREATE TABLE hr.log (what text);
            CREATE TABLE sales.orders (
                id int DEFAULT nextval('hr.shared') PRIMARY KEY, mood hr.mood, note hr.short,
                city text COLLATE hr.plain, more util.hstore, amount int CHECK (util.positive(amount)));
            CREATE INDEX by_city ON sales.orders (util.lowered(city));
            CREATE TRIGGER touching BEFORE INSERT ON sales.orders FOR EACH ROW EXECUTE FUNCTION hr.touch();
            CREATE TABLE sales.item (id serial PRIMARY KEY, orders int REFERENCES sales.orders, person int REFERENCES hr.person);
            CREATE TABLE sales.holder (id int PRIMARY KEY, whole hr.person);
            CREATE RULE logging AS ON INSERT TO sales.item DO ALSO INSERT INTO hr.log VALUES ('x');
            CREATE VIEW sales.on_orders AS SELECT id FROM sales.orders;
            CREATE VIEW sales.on_person AS SELECT id FROM hr.person;
            CREATE VIEW sales.on_view AS SELECT id FROM sales.on_person;
            CREATE FUNCTION util.people() RETURNS SETOF hr.person LANGUAGE sql AS 'SELECT * FROM hr.person';
            CREATE FUNCTION util.count_people() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM hr.person; END;
            CREATE TABLE sales.day (d int PRIMARY KEY) PARTITION BY RANGE (d);
            CREATE TABLE sales.day_1 PARTITION OF sales.day FOR VALUES FROM (0) TO (10);
            CREATE TABLE hr.day_2 PARTITION OF sales.day FOR VALUES FROM (10) TO (20);
            CREATE TABLE "Odd.Schema"."Ta""b.le" (id serial PRIMARY KEY);
            CREATE TABLE "Odd.Schema"."ta""b.le" (id int PRIMARY KEY REFERENCES "Odd.Schema"."Ta""b.le");
            CREATE TYPE hr.unused AS ENUM ('x');
            CREATE CAST (text AS hr.unused) WITH INOUT;
            CREATE FUNCTION util.unused() RETURNS hr.unused LANGUAGE sql AS 'SELECT NULL::hr.unused';
            CREATE FUNCTION util."Called"() RETURNS int LANGUAGE sql AS 'SELECT 1';
            CREATE FUNCTION sales.calling() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN util."Called"(); END';
            CREATE VIEW util.seen AS SELECT 1 AS one;
            CREATE TRIGGER on_seen INSTEAD OF INSERT ON util.seen FOR EACH ROW EXECUTE FUNCTION hr.touch();
            CREATE SCHEMA empty;
            CREATE FUNCTION empty.alone() RETURNS int LANGUAGE sql AS 'SELECT 1';
            COMMENT ON FUNCTION empty.alone() IS 'goes with it';
            COMMENT ON TABLE hr.person IS 'goes with it';
            """;

    private static PostgresServer server;

    @BeforeAll
    static void start() throws SQLException {
        server = PostgresServer.builder(15).start();
        server.createDatabase("source");
        ZooSchema.execute(server, "source", SOURCE);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Arguments selecting(
            String name, Predicate<TableName> selection, List<String> tables, List<String> notCarried) {
        return Arguments.of(name, selection, tables, notCarried);
    }

    static Stream<Arguments> selections() {
        return Stream.of(
                selecting(
                        "a schema",
                        table -> table.schema().equals("sales"),
                        List.of("sales.day", "sales.day_1", "sales.item", "sales.orders"),
                        List.of(
                                "schema empty",
                                "schema hr",
                                "schema util",
                                "view sales.on_person",
                                "view sales.on_view",
                                "foreign key item_person_fkey on sales.item",
                                "rule logging on sales.item",
                                "table \"sales\".\"holder\"")),
                selecting(
                        "a table",
                        table -> table.name().equals("orders"),
                        List.of("sales.orders"),
                        List.of(
                                "schema empty",
                                "schema hr",
                                "schema util",
                                "view sales.on_person",
                                "view sales.on_view")),
                selecting(
                        "all but one table",
                        table -> !table.name().equals("log"),
                        List.of(
                                "\"Odd.Schema\".Ta\"b.le",
                                "\"Odd.Schema\".ta\"b.le",
                                "hr.day_2",
                                "hr.person",
                                "sales.day",
                                "sales.day_1",
                                "sales.holder",
                                "sales.item",
                                "sales.orders"),
                        List.of("rule logging on sales.item")),
                selecting(
                        "a name that differs only in case",
                        table -> table.name().equals("ta\"b.le"),
                        List.of("\"Odd.Schema\".ta\"b.le"),
                        List.of(
                                "schema empty",
                                "schema hr",
                                "schema sales",
                                "schema util",
                                "foreign key \"ta\"\"b.le_id_fkey\" on \"Odd.Schema\".\"ta\"\"b.le\"")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("selections")
    void whatIsNeededComesAlongAndWhatNeedsOthersIsNamed(
            String name, Predicate<TableName> selection, List<String> tables, List<String> notCarried)
            throws SQLException {
        server.dropDatabase("target");
        server.createDatabase("target");
        try (Connection source = server.connect("source");
                Connection target = server.connect("target")) {
            SchemaPlan plan = SchemaPreparers.fromCatalog().plan(source, target, selection);

            assertThat(plan.notCarried().stream().map(note -> note.substring(0, note.indexOf(": "))))
                    .containsExactlyInAnyOrderElementsOf(notCarried);
            assertThat(plan.notCarried())
                    .allMatch(note -> note.contains(": it needs ") || note.contains(": no table of it is selected"));
            PlanRunner.run(server, "target", plan, SchemaStage.values());
            assertThat(server.query(
                            "target",
                            "SELECT relnamespace::regnamespace::name || '.' || relname FROM pg_class WHERE relkind IN ('r', 'p')"
                                    + " AND relnamespace >= 16384 ORDER BY 1"))
                    .containsExactlyElementsOf(tables);
            assertThat(SchemaComparison.builder().tables(selection).build().compare(source, target))
                    .isEmpty();
        }
    }

    @Test
    void ofOtherSchemasOnlyThatComesAlongWhichIsNeeded() throws SQLException {
        try (Connection source = server.connect("source")) {
            SchemaPlan plan = SchemaPreparers.fromCatalog()
                    .plan(source, source, table -> table.schema().equals("sales"));

            assertThat(plan.steps().stream().map(SchemaStep::id))
                    .contains(
                            "schema hr",
                            "type hr.mood",
                            "type hr.short",
                            "function hr.touch()",
                            "function util.positive(integer)",
                            "function util.lowered(pg_catalog.text)",
                            "function util.\"Called\"()")
                    .doesNotContain("schema empty")
                    .noneMatch(id -> id.contains("unused") || id.contains("seen"));
            assertThat(plan.notCarried())
                    .contains(
                            "schema empty: no table of it is selected, so that 1 of its objects, which nothing selected"
                                    + " needs, stay behind: function empty.alone()")
                    .anyMatch(note -> note.startsWith("schema hr: ") && note.contains("type hr.unused"))
                    .anyMatch(note -> note.startsWith("schema util: ") && note.contains("view util.seen"));
            assertThat(
                            SchemaPreparers.fromCatalog()
                                    .plan(
                                            source,
                                            source,
                                            table -> !table.schema().equals("hr"))
                                    .steps()
                                    .stream()
                                    .map(SchemaStep::id))
                    .contains("function empty.alone()", "view util.seen", "function util.unused()", "type hr.unused");
        }
    }

    /** LIKE takes over the default, and with it the other table's sequence. */
    @Test
    void aSequenceOfALeftOutTableComesAlongIfADefaultDrawsFromIt() throws SQLException {
        server.createDatabase("like");
        server.createDatabase("like_target");
        ZooSchema.execute(server, "like", """
                CREATE ROLE archivist;
                CREATE TABLE orders (id serial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY, unneeded serial);
                CREATE TABLE orders_archive (LIKE orders INCLUDING ALL);
                ALTER TABLE orders_archive ALTER unneeded DROP DEFAULT;
                CREATE TABLE numbered (n int DEFAULT nextval('orders_n_seq'));
                ALTER TABLE orders OWNER TO archivist;
                """);
        Predicate<TableName> selection = table -> !table.name().equals("orders");
        SchemaCopyOptions owners = SchemaCopyOptions.builder().owners(true).build();
        try (Connection source = server.connect("like");
                Connection target = server.connect("like_target")) {
            SchemaPlan plan = SchemaPreparers.fromCatalog(owners).plan(source, target, selection);
            assertThat(plan.notCarried()).isEmpty();
            PlanRunner.run(server, "like_target", plan, SchemaStage.values());

            assertThat(SchemaComparison.builder()
                            .tables(selection)
                            .including(owners)
                            .build()
                            .compare(source, target))
                    .isEmpty();
            assertThat(CatalogReader.read(source, selection).sequences())
                    .extracting(sequence -> sequence.name().name())
                    .containsExactly("orders_archive_n_seq", "orders_id_seq", "orders_n_seq");
        }
        assertThat(
                        server.query(
                                "like_target",
                                "SELECT relname || ' ' || relowner::regrole FROM pg_class WHERE relname ~ '^orders_(id|n)_seq' ORDER BY 1"))
                .containsExactly("orders_id_seq archivist", "orders_n_seq archivist");
        server.execute("like_target", "INSERT INTO orders_archive (unneeded) VALUES (1)");
        server.execute("like_target", "INSERT INTO numbered DEFAULT VALUES");
    }

    @Test
    void aDefaultThatNeedsALeftOutTableIsLeftOutAndNamed() throws SQLException {
        server.createDatabase("defaults");
        server.createDatabase("defaults_target");
        ZooSchema.execute(server, "defaults", """
                CREATE TABLE hidden (id int);
                CREATE FUNCTION counted() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM hidden; END;
                CREATE TABLE shown (n bigint DEFAULT counted(), m int DEFAULT 7);
                """);
        try (Connection source = server.connect("defaults");
                Connection target = server.connect("defaults_target")) {
            SchemaPlan plan = SchemaPreparers.fromCatalog()
                    .plan(source, target, table -> !table.name().equals("hidden"));
            assertThat(plan.notCarried())
                    .hasSize(2)
                    .anyMatch(note -> note.startsWith("function public.counted(): it needs "))
                    .anyMatch(note -> note.startsWith("default ") && note.contains("it needs function"));
            PlanRunner.run(server, "defaults_target", plan, SchemaStage.values());
        }
        assertThat(server.query("defaults_target", "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef"))
                .containsExactly("7");
    }

    @Test
    void everythingIsCarriedOfEverything() throws SQLException {
        try (Connection source = server.connect("source")) {
            assertThat(SchemaPreparers.fromCatalog()
                            .plan(source, source, table -> true)
                            .notCarried())
                    .isEmpty();
        }
    }
}
