package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is done with the objects of the zoo shows each that does not work. */
class ExerciseIT {

    /** What is done to one of two equal databases, and the beginning of a step that shows it. */
    private static final Map<String, String> BROKEN = Map.ofEntries(
            Map.entry("DROP TRIGGER instead ON shop.a_late", "INSERT INTO shop.a_late"),
            Map.entry("DROP RULE through ON shop.b_middle", "INSERT INTO shop.b_middle"),
            Map.entry("ALTER TABLE shop.tree DROP CONSTRAINT tree_parent_fkey", "-- refused 23503: to itself"),
            Map.entry("DROP POLICY own ON shop.tree", "SET ROLE exerciser; SELECT count(*)"),
            Map.entry("ALTER SEQUENCE shop.free INCREMENT -4", "SELECT nextval('shop.free')"),
            Map.entry("DROP INDEX shop.z_totals_state", "REFRESH MATERIALIZED VIEW CONCURRENTLY"),
            Map.entry(
                    "CREATE OR REPLACE FUNCTION shop.add_up(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT"
                            + " AS 'SELECT $1 - $2'",
                    "SELECT shop.total(x)"),
            Map.entry("ALTER DOMAIN shop.even DROP CONSTRAINT even_only", "SELECT '3'::shop.even"),
            Map.entry("ALTER TABLE shop.booking DROP CONSTRAINT booking_no_overlap", "-- refused 23P01: two at a time"),
            Map.entry(
                    "ALTER TABLE shop.measure_2020_bonn ALTER value DROP DEFAULT",
                    "INSERT INTO shop.measure (at, city)"),
            Map.entry("ALTER TABLE shop.generated ALTER b DROP EXPRESSION", "INSERT INTO shop.generated"),
            Map.entry("ALTER VIEW shop.z_base RESET (check_option)", "-- refused 44000"),
            Map.entry("ALTER TABLE shop.identities ALTER b DROP IDENTITY", "INSERT INTO shop.identities (c)"),
            Map.entry("ALTER TABLE shop.customer DISABLE TRIGGER plain", "DELETE FROM shop.customer WHERE id = 77"),
            Map.entry("ALTER VIEW shop.invoker RESET (security_invoker)", "-- refused 42501: with the rights"));

    @Test
    void eachBrokenObjectIsShownByAStep() throws SQLException {
        try (PostgresServer server = PostgresServer.builder(15).start()) {
            server.createDatabase("zoo");
            ZooSchema.create(server, "zoo");
            server.createDatabase("broken", "zoo");
            BROKEN.keySet().forEach(change -> server.execute("broken", change));

            List<String> problems = Exercise.compare(server, "zoo", server, "broken");

            BROKEN.forEach((change, step) ->
                    assertThat(problems).as(change).anyMatch(problem -> problem.startsWith("zoo: " + step)));
            assertThat(problems).noneMatch(problem -> problem.startsWith("zoo, not as said"));
        }
    }
}
