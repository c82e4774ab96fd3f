package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
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
                                "publication p: publications are not carried",
                                "user mapping postgres on server s: its options password, sec ret, which may be"
                                        + " secrets (they are carried with the option userMappingSecrets)",
                                "index public.broken: it is invalid on the source");
                PlanRunner.run(server, "fresh", plan, SchemaStage.values());
                assertThat(server.query(
                                "fresh",
                                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                                        + " AND relkind IN ('r', 'v', 'i') ORDER BY 1"))
                        .containsExactly("kept", "over_kept");
                assertThat(server.query("fresh", "SELECT array_to_string(umoptions, ',') FROM pg_user_mappings"))
                        .containsExactly("user=u");
                assertThat(plan.toString()).doesNotContain("pla-nt-ed");
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
                "CREATE FOREIGN DATA WRAPPER w",
                "CREATE SERVER s FOREIGN DATA WRAPPER w",
                "CREATE USER MAPPING FOR postgres SERVER s OPTIONS (password 'pla-nt-ed', user 'u', \"sec ret\" 'pla-nt-ed')",
                "CREATE PUBLICATION p",
                "CREATE INDEX broken ON kept (id)",
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass");
    }

    @Test
    void namesWhatBelongsToTheServerRatherThanToTheSchema() throws SQLException {
        try (PostgresServer server =
                PostgresServer.builder(15).parameter("wal_level", "logical").start()) {
            server.createDatabase("old");
            server.createDatabase("fresh");
            server.execute(
                    "old",
                    "CREATE ROLE writer",
                    "ALTER DATABASE old SET work_mem = '5MB'",
                    "SELECT pg_create_logical_replication_slot('feed', 'pgoutput')",
                    "SELECT pg_create_logical_replication_slot('godwit_other', 'pgoutput')",
                    "SELECT pg_replication_origin_create('elsewhere')",
                    "GRANT SET ON PARAMETER log_statement TO writer",
                    "SELECT lo_create(100), lo_create(200)",
                    "ALTER LARGE OBJECT 100 OWNER TO writer",
                    "GRANT SELECT ON LARGE OBJECT 200 TO writer");
            SchemaCopyOptions all =
                    SchemaCopyOptions.builder().owners(true).privileges(true).build();
            List<String> always = List.of(
                    "replication slot feed: replication slots are not carried, and who reads from it has to begin anew on the"
                            + " target",
                    "replication origin elsewhere: replication origins are not carried");
            try (Connection source = server.connect("old");
                    Connection target = server.connect("fresh")) {
                assertThat(notCarried(SchemaCopyOptions.defaults(), source, target))
                        .containsExactlyInAnyOrderElementsOf(always);
                assertThat(notCarried(all, source, target))
                        .containsAll(always)
                        .contains(
                                "privileges on parameter log_statement: they belong to the server, not to the database")
                        .hasSize(always.size() + 1);
                try (Statement statement = target.createStatement()) {
                    statement.execute("CREATE ROLE builder");
                    statement.execute("SET ROLE builder");
                }
                assertThat(notCarried(all, source, target))
                        .contains("owner of large objects \"writer\": the role that prepares the target is no member of"
                                + " \"writer\": GRANT \"writer\" TO \"builder\" there, or it stays the owner");
            } finally {
                server.execute(
                        "old",
                        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
                        "SELECT pg_replication_origin_drop('elsewhere')");
            }
        }
    }

    private static List<String> notCarried(SchemaCopyOptions options, Connection source, Connection target)
            throws SQLException {
        return SchemaPreparers.fromCatalog(options)
                .plan(source, target, table -> true)
                .notCarried();
    }

    @Test
    void carriesTheSecretsOfUserMappingsOnRequest() throws SQLException {
        try (PostgresServer server = PostgresServer.builder(15).start()) {
            server.createDatabase("old");
            server.createDatabase("fresh");
            createSource(server);
            SchemaCopyOptions options =
                    SchemaCopyOptions.builder().userMappingSecrets(true).build();
            try (Connection source = server.connect("old");
                    Connection target = server.connect("fresh")) {
                SchemaPlan plan = SchemaPreparers.fromCatalog(options).plan(source, target, table -> true);
                assertThat(plan.notCarried()).noneMatch(note -> note.contains("user mapping"));
                PlanRunner.run(server, "fresh", plan, SchemaStage.BEFORE_COPY);
                assertThat(server.query("fresh", "SELECT array_to_string(umoptions, ',') FROM pg_user_mappings"))
                        .containsExactly("password=pla-nt-ed,sec ret=pla-nt-ed,user=u");
                assertThat(plan.toString()).doesNotContain("pla-nt-ed");
            }
        }
    }

    @Test
    void namesWhatOnlyASuperuserMayCreate() throws SQLException {
        try (PostgresServer server = PostgresServer.builder(15).start()) {
            server.createDatabase("old");
            server.createDatabase("fresh");
            server.execute(
                    "old",
                    "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
                    "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
                    "CREATE FUNCTION tight() RETURNS int LANGUAGE sql LEAKPROOF AS 'SELECT 1'",
                    "CREATE VIEW over_tight AS SELECT tight()",
                    "CREATE TABLE kept (id int)");
            server.execute("fresh", "CREATE ROLE builder LOGIN", "GRANT CREATE ON SCHEMA public TO builder");
            try (Connection source = server.connect("old");
                    Connection target = server.connect("fresh");
                    Statement statement = target.createStatement()) {
                statement.execute("SET ROLE builder");
                SchemaPlan plan = SchemaPreparers.fromCatalog().plan(source, target, table -> true);
                assertThat(plan.notCarried())
                        .containsExactlyInAnyOrder(
                                "event trigger e: only a superuser may create it, and the target's role is none",
                                "function public.tight(): only a superuser may create it, and the target's role is none",
                                "view public.over_tight: it needs function public.tight(), which is not carried");
                assertThat(plan.steps().stream().map(SchemaStep::id))
                        .contains("table \"public\".\"kept\"", "function public.f()")
                        .doesNotContain("event trigger e");
            }
        }
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
