package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class NotCarriedIT {

    @Test
    void namesEveryObjectThatIsLeftOutAndCarriesTheRest() throws SQLException {
        try (PostgresServer server = PostgresServer.builder(15).start()) {
            server.createDatabase("old");
            server.createDatabase("fresh");
            createSource(server);
            try (Connection source = server.connect("old");
                    Connection target = server.connect("fresh")) {
                SchemaPlan plan = SchemaPreparers.fromCatalog()
                        .plan(source, target, table -> !table.name().equals("excluded"));
                assertThat(plan.notCarried())
                        .containsExactlyInAnyOrder(
                                "view public.over_excluded: it needs table public.excluded, which is not carried",
                                "foreign key to_excluded on public.kept: it needs table public.excluded,"
                                        + " which is not carried",
                                "view public.over_view: it needs view public.over_excluded, which is not carried",
                                "view public.over_operator: it needs operator public.===(integer,integer),"
                                        + " which is not carried",
                                "publication p: publications are not carried",
                                "operator public.===(integer,integer): objects of this class are not carried yet",
                                "foreign-data wrapper w: what belongs to foreign tables is not carried",
                                "server s: what belongs to foreign tables is not carried",
                                "foreign table public.far: foreign tables are not carried",
                                "event trigger e: event triggers are not carried",
                                "index public.broken: it is invalid on the source");
                PlanRunner.run(server, "fresh", plan, SchemaStage.values());
                assertThat(server.query(
                                "fresh",
                                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                                        + " AND relkind IN ('r', 'v', 'i') ORDER BY 1"))
                        .containsExactly("kept", "over_kept");
            }
        }
    }

    private static void createSource(PostgresServer server) {
        server.execute(
                "old",
                "CREATE TABLE excluded (id int PRIMARY KEY, v text)",
                "CREATE INDEX ON excluded (v)",
                "COMMENT ON TABLE excluded IS 'gone'",
                "CREATE TABLE kept (id int CONSTRAINT to_excluded REFERENCES excluded)",
                "INSERT INTO kept VALUES (NULL), (NULL)",
                "CREATE VIEW over_excluded AS SELECT * FROM excluded",
                "CREATE VIEW over_view AS SELECT * FROM over_excluded",
                "CREATE VIEW over_kept AS SELECT * FROM kept",
                "CREATE OPERATOR === (PROCEDURE = int4eq, LEFTARG = int, RIGHTARG = int)",
                "CREATE VIEW over_operator AS SELECT id OPERATOR(public.===) 1 AS is_one FROM kept",
                "CREATE FOREIGN DATA WRAPPER w",
                "CREATE SERVER s FOREIGN DATA WRAPPER w",
                "CREATE FOREIGN TABLE far (id int) SERVER s",
                "CREATE PUBLICATION p",
                "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
                "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
                "CREATE INDEX broken ON kept (id)",
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass");
    }

    @Test
    void reportsPoliciesOfRolesThatTheTargetLacks() throws SQLException {
        try (PostgresServer old = PostgresServer.builder(15).start();
                PostgresServer fresh = PostgresServer.builder(15).start()) {
            old.execute(
                    "postgres",
                    "CREATE ROLE clerk",
                    "CREATE TABLE t (id int)",
                    "CREATE POLICY p ON t TO clerk, postgres USING (true)",
                    "CREATE POLICY q ON t TO postgres USING (true)");
            try (Connection source = old.connect();
                    Connection target = fresh.connect()) {
                SchemaPlan plan = SchemaPreparers.fromCatalog().plan(source, target, table -> true);
                assertThat(plan.notCarried()).containsExactly("policy p on public.t: the target lacks the role clerk");
                PlanRunner.run(fresh, "postgres", plan, SchemaStage.values());
                assertThat(fresh.query("postgres", "SELECT polname FROM pg_policy"))
                        .containsExactly("q");
            }
        }
    }
}
