package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Materialized views that read each other in ways that the catalog does not know. */
class RefreshOrderIT {

    /** Each reads the one before it, which comes later in the alphabet. */
    private static final String VIEWS = """
            CREATE SCHEMA m;
            CREATE TABLE m.t (n int);
            CREATE MATERIALIZED VIEW m.z AS SELECT count(*) AS n FROM m.t;
            CREATE FUNCTION m.f_z() RETURNS bigint LANGUAGE sql AS 'SELECT n FROM m.z';
            CREATE MATERIALIZED VIEW m.y AS SELECT m.f_z() AS n;
            CREATE VIEW m.on_y AS SELECT n FROM m.y;
            CREATE FUNCTION m.f_y() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT n FROM "m".ON_Y); END';
            CREATE FUNCTION m.g_y() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN m.f_y(); END';
            CREATE OPERATOR m.! (PROCEDURE = m.g_y_of, RIGHTARG = int);
            CREATE MATERIALIZED VIEW m."X ""x" AS SELECT OPERATOR(m.!) 1 AS n;
            CREATE FUNCTION m.f_x() RETURNS bigint LANGUAGE sql AS 'SELECT n FROM m."X ""x"';
            CREATE MATERIALIZED VIEW m.w AS SELECT m.f_x() AS n;
            CREATE MATERIALIZED VIEW m.v AS SELECT query_to_xml('SELECT n FROM m.w', false, true, '')::text AS n;
            CREATE FUNCTION m.composed(a text, b text) RETURNS bigint LANGUAGE plpgsql
                AS 'DECLARE n bigint; BEGIN EXECUTE ''SELECT n FROM m.'' || quote_ident(a || b) INTO n; RETURN n; END';
            CREATE MATERIALIZED VIEW m.third AS SELECT m.composed('', 'w') AS n;
            CREATE MATERIALIZED VIEW m.second AS SELECT m.composed('thi', 'rd') AS n;
            CREATE MATERIALIZED VIEW m.first AS SELECT m.composed('sec', 'ond') AS n;
            CREATE MATERIALIZED VIEW m.a_of_first AS SELECT n FROM m.first;
            CREATE FUNCTION m.itself() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint AS a_itself';
            CREATE MATERIALIZED VIEW m.a_itself AS SELECT m.itself() AS n;
            """.replace(
                    "CREATE OPERATOR",
                    "CREATE FUNCTION m.g_y_of(int) RETURNS bigint LANGUAGE sql AS 'SELECT m.g_y()';\nCREATE OPERATOR");

    private static final String COUNTS =
            "SELECT format('%s %s %s %s %s %s %s %s', (SELECT n FROM m.z), (SELECT n FROM m.y),"
                    + " (SELECT n FROM m.\"X \"\"x\"), (SELECT n FROM m.w), (SELECT n ~ (SELECT '>' || n || '<' FROM m.z) FROM m.v),"
                    + " (SELECT n FROM m.third), (SELECT n FROM m.first), (SELECT n FROM m.a_of_first))";

    @Test
    void whatIsReadThroughFunctionsIsRefreshedBeforeWhoReadsIt() throws SQLException {
        try (PostgresServer server = PostgresServer.builder(15).start()) {
            server.createDatabase("old");
            server.createDatabase("new");
            ZooSchema.execute(server, "old", VIEWS);
            try (Connection source = server.connect("old");
                    Connection target = server.connect("new")) {
                SchemaPlan plan = SchemaPreparers.fromCatalog().plan(source, target, table -> true);
                assertThat(plan.notCarried()).isEmpty();
                assertThat(plan.steps().stream().map(SchemaStep::id)).doesNotHaveDuplicates();
                PlanRunner.run(server, "new", plan, SchemaStage.values());
                assertThat(server.query("new", COUNTS)).containsExactly("0 0 0 0 t 0 0 0");

                server.execute("new", "INSERT INTO m.t SELECT generate_series(1, 7)");
                PlanRunner.run(server, "new", plan, SchemaStage.BEFORE_CUTOVER);
                assertThat(server.query("new", COUNTS)).containsExactly("7 7 7 7 t 7 7 7");
                assertThat(SchemaDifference.between(source, target, table -> true))
                        .isEmpty();
            }
        }
    }
}
