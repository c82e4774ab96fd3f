package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two databases are compared without a migration, and what differs is said by class, name, attribute and both sides. */
class SchemaComparisonIT {

    private static PostgresServer server;

    @BeforeAll
    static void start() throws SQLException {
        server = PostgresServer.builder(15).start();
        server.createDatabase("left");
        ZooSchema.create(server, "left");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void equal() throws SQLException {
        server.dropDatabase("right");
        server.createDatabase("right", "left");
    }

    private static List<SchemaDifference> compare(SchemaComparison comparison) throws SQLException {
        return comparison.compare(server.dataSource("left"), server.dataSource("right"));
    }

    @Test
    void namesClassIdentityAttributeAndBothSides() throws SQLException {
        server.execute(
                "right",
                "ALTER TABLE shop.customer ALTER COLUMN name SET DEFAULT 'x'",
                "ALTER TABLE shop.customer DROP CONSTRAINT positive",
                "ALTER SEQUENCE shop.free CACHE 8",
                "DROP INDEX shop.customer_name_lower",
                "CREATE FUNCTION shop.more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "COMMENT ON COLUMN shop.customer.name IS 'chan IS ''ged'''");

        List<SchemaDifference> differences =
                SchemaComparison.between(server.dataSource("left"), server.dataSource("right"));

        assertThat(differences.stream().map(difference -> difference.objectClass() + " | " + difference.identity()))
                .containsExactly(
                        "column | shop.customer.name",
                        "constraint | positive on shop.customer",
                        "function | shop.more()",
                        "index | shop.customer_name_lower",
                        "sequence | \"shop\".\"free\"",
                        "table | \"shop\".\"customer\"");
        assertThat(differences.get(0).attributes().get(0).name()).isEqualTo("comment");
        assertThat(differences.get(0).attributes().get(0).rightOrNull()).isEqualTo("'chan IS ''ged'''");
        assertThat(differences.get(2).describe("source", "target"))
                .startsWith("function shop.more(): source has none, target has CREATE OR REPLACE FUNCTION");
        assertThat(differences.get(3).describe("source", "target")).endsWith(", target has none");
        assertThat(differences.get(4).describe("source", "target"))
                .isEqualTo("sequence \"shop\".\"free\": cache: source has 7, target has 8");
        assertThat(differences.get(5).attributes())
                .extracting(SchemaDifference.Attribute::name)
                .containsExactly("column \"name\"", "constraint positive");
        assertThat(differences.get(5).toString())
                .contains("\n  column \"name\"\n    left:  \"name\" ", "\n    right: (does not exist)")
                .doesNotContain("\"id\"");
    }

    @Test
    void whatIsNotAskedForIsNotCompared() throws SQLException {
        server.execute(
                "right",
                "COMMENT ON COLUMN shop.customer.name IS 'changed'",
                "ALTER TABLE shop.customer ADD COLUMN more int",
                "CREATE VIEW shop.on_customer AS SELECT name FROM shop.customer",
                "CREATE INDEX ON shop.customer (name)");

        assertThat(compare(SchemaComparison.builder().comments(false).build()))
                .isNotEmpty()
                .noneMatch(difference -> difference.attributes().get(0).name().equals("comment"));
        assertThat(compare(SchemaComparison.builder()
                        .tables(table -> !table.name().equals("customer"))
                        .build()))
                .isEmpty();
    }

    @Test
    void whatVersionsWriteDifferentlyIsNoDifferenceOfAnAttribute() {
        String old = "CREATE TABLE \"s\".\"t\" (\n    \"a\" integer NOT NULL,\n    \"b\" s.mood DEFAULT (1 + 1)\n);";
        String fresh =
                "CREATE TABLE \"s\".\"t\" (\n    \"a\" integer CONSTRAINT t_a_not_null NOT NULL,\n    \"b\" mood DEFAULT 2\n);";
        assertThat(new SchemaDifference("table \"s\".\"t\"", old, fresh).attributes())
                .containsExactly(new SchemaDifference.Attribute(
                        "column \"b\"", "\"b\" s.mood DEFAULT (1 + 1)", "\"b\" mood DEFAULT 2"));
        Map<String, String> sides = Map.of("l", "CREATE INDEX a;", "r", "CREATE INDEX b;");
        assertThat(new SchemaDifference("index s.i", sides.get("l"), sides.get("r")).attributes())
                .containsExactly(new SchemaDifference.Attribute("definition", "CREATE INDEX a;", "CREATE INDEX b;"));
    }
}
