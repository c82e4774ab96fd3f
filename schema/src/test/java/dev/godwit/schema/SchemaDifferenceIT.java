package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaDifferenceIT {

    /** Each is done to one of two equal databases, and must be found. */
    private static final List<String> CHANGES = List.of(
            "ALTER TABLE shop.customer ALTER COLUMN name SET DEFAULT 'x'",
            "ALTER TABLE shop.customer ALTER COLUMN name DROP NOT NULL",
            "ALTER TABLE shop.customer ALTER COLUMN name SET STATISTICS 7",
            "ALTER TABLE shop.customer ADD COLUMN more integer",
            "ALTER TABLE shop.customer DROP CONSTRAINT positive",
            "ALTER TABLE shop.customer ENABLE TRIGGER always",
            "ALTER TABLE shop.identities ALTER COLUMN b SET GENERATED ALWAYS",
            "ALTER TABLE shop.identities ALTER COLUMN b SET INCREMENT 9",
            "ALTER TABLE shop.full_identity REPLICA IDENTITY DEFAULT",
            "ALTER TABLE shop.tree NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE shop.points VALIDATE CONSTRAINT points_tree",
            "ALTER TABLE shop.measure DETACH PARTITION shop.measure_2020",
            "ALTER TABLE shop.volatile SET LOGGED",
            "ALTER SEQUENCE shop.free CACHE 8",
            "ALTER SEQUENCE shop.borrowed OWNED BY NONE",
            "ALTER TYPE shop.state ADD VALUE 'late'",
            "ALTER DOMAIN shop.even DROP NOT NULL",
            "ALTER FUNCTION shop.touch() SECURITY DEFINER",
            "ALTER VIEW shop.z_base RESET (security_barrier)",
            "ALTER POLICY own ON shop.tree USING (id > 1)",
            "DROP INDEX shop.customer_name_lower",
            "DROP STATISTICS shop.customer_stats",
            "DROP RULE quiet ON shop.tree",
            "DROP AGGREGATE shop.total(numeric)",
            "DROP MATERIALIZED VIEW shop.unfilled",
            "REFRESH MATERIALIZED VIEW shop.unfilled",
            "COMMENT ON COLUMN shop.customer.name IS 'changed'",
            "CREATE SCHEMA another");

    @Test
    void findsEachChangeAloneAndNothingBetweenEqualDatabases() throws SQLException {
        try (PostgresServer server = PostgresServer.builder(15).start()) {
            server.createDatabase("left");
            ZooSchema.create(server, "left");
            server.createDatabase("right", "left");
            try (Connection left = server.connect("left");
                    Connection right = server.connect("right")) {
                assertThat(SchemaDifference.between(left, right, table -> true)).isEmpty();
                right.setAutoCommit(false);
                for (String change : CHANGES) {
                    try (Statement statement = right.createStatement()) {
                        statement.execute(change);
                    }
                    assertThat(SchemaDifference.between(left, right, table -> true))
                            .as(change)
                            .isNotEmpty();
                    right.rollback();
                }
                assertThat(SchemaDifference.between(left, right, table -> true)).isEmpty();
            }
        }
    }

    @Test
    void definitionsTellNothingOfPartitionsThatAreNotOfInterest() throws SQLException {
        try (PostgresServer server = PostgresServer.builder(15).start()) {
            server.createDatabase("parts");
            server.execute(
                    "parts",
                    "CREATE TABLE day (d int PRIMARY KEY, v int) PARTITION BY RANGE (d)",
                    "CREATE INDEX ON day (v)",
                    "CREATE TABLE day_1 PARTITION OF day FOR VALUES FROM (0) TO (10)",
                    "CREATE TABLE day_2 PARTITION OF day FOR VALUES FROM (10) TO (20)");
            try (Connection connection = server.connect("parts")) {
                assertThat(SchemaDifference.definitions(
                                        connection, table -> !table.name().equals("day_2"))
                                .keySet())
                        .anyMatch(label -> label.contains("day_1_pkey"))
                        .noneMatch(label -> label.contains("day_2"));
            }
        }
    }
}
