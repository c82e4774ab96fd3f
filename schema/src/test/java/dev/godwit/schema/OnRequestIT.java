package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Owners, privileges, security labels and tablespaces, where the target can have them and where it cannot. */
class OnRequestIT {

    private static final SchemaCopyOptions ALL = SchemaCopyOptions.builder()
            .owners(true)
            .privileges(true)
            .securityLabels(true)
            .tablespaces(true)
            .build();
    private static final String IN_PLACE = "SET allow_in_place_tablespaces = on";

    private static PostgresServer old;
    private static PostgresServer fresh;

    @BeforeAll
    static void start() {
        old = PostgresServer.builder(15).start();
        fresh = PostgresServer.builder(15).start();
        old.execute("postgres", "CREATE ROLE app", "CREATE ROLE gone", "CREATE ROLE \"Go.\"\"ne%\"");
        fresh.execute("postgres", "CREATE ROLE app");
        old.execute("postgres", IN_PLACE, "CREATE TABLESPACE \"Fa.st\" LOCATION ''");
        old.execute("postgres", IN_PLACE, "CREATE TABLESPACE slow LOCATION ''");
        fresh.execute("postgres", IN_PLACE, "CREATE TABLESPACE \"Fa.st\" LOCATION ''");
    }

    @AfterAll
    static void stop() {
        old.close();
        fresh.close();
    }

    @Test
    void nothingOfItIsCarriedUnlessAskedFor() throws SQLException {
        create(
                "quiet",
                "CREATE TABLE t (id int) TABLESPACE \"Fa.st\"",
                "ALTER TABLE t OWNER TO app",
                "GRANT SELECT ON t TO app");
        carry("quiet", SchemaCopyOptions.defaults());
        assertThat(fresh.query(
                        "quiet",
                        "SELECT relowner::regrole || ' ' || reltablespace || ' ' || COALESCE(relacl::text, '-')"
                                + " FROM pg_class WHERE relname = 't'"))
                .containsExactly("postgres 0 -");
    }

    @Test
    void namesEveryRoleThatTheTargetLacksAndCarriesTheRest() throws SQLException {
        create(
                "missing",
                "CREATE TABLE a (id serial)",
                "CREATE TABLE b (id int)",
                "CREATE TABLE c (id int)",
                "ALTER TABLE a OWNER TO gone",
                "ALTER TABLE b OWNER TO gone",
                "ALTER TABLE c OWNER TO app",
                "GRANT SELECT ON c TO app, \"Go.\"\"ne%\", PUBLIC",
                "ALTER DEFAULT PRIVILEGES FOR ROLE gone GRANT SELECT ON TABLES TO app");
        SchemaPlan plan = carry("missing", ALL);
        assertThat(plan.notCarried())
                .containsExactlyInAnyOrder(
                        "owner of table public.a and 1 more: the target lacks the role \"gone\": CREATE ROLE \"gone\" there,"
                                + " or it belongs to the role that prepares the target",
                        "privileges on table public.c: the target lacks the role \"Go.\"\"ne%\": CREATE ROLE \"Go.\"\"ne%\" there",
                        "default privileges of \"gone\" on tables: the target lacks the role \"gone\": CREATE ROLE \"gone\" there");
        assertThat(fresh.query(
                        "missing",
                        "SELECT relname || ' ' || relowner::regrole || ' ' || COALESCE(relacl::text, '-') FROM pg_class"
                                + " WHERE relnamespace = 'public'::regnamespace ORDER BY 1"))
                .containsExactly(
                        "a postgres -", "a_id_seq postgres -", "b postgres -", "c app {app=arwdDxt/app,=r/app}");
    }

    @Test
    void aTargetsRoleThatIsNoSuperuserGivesWhatItMay() throws SQLException {
        create(
                "ordinary",
                "CREATE SCHEMA s",
                "CREATE TABLE s.mine (id int PRIMARY KEY)",
                "CREATE TABLE s.foreign_to_me (id int)",
                "ALTER SCHEMA s OWNER TO app",
                "ALTER TABLE s.mine OWNER TO app",
                "GRANT SELECT ON s.mine TO PUBLIC",
                "GRANT CONNECT ON DATABASE ordinary TO app",
                "GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO app",
                "CREATE EXTENSION hstore",
                "REVOKE EXECUTE ON FUNCTION hstore(text, text), skeys(hstore) FROM PUBLIC");
        fresh.execute(
                "ordinary",
                "CREATE ROLE builder",
                "GRANT app TO builder",
                "GRANT CREATE ON DATABASE ordinary TO builder");
        try (Connection source = old.connect("ordinary");
                Connection target = fresh.connect("ordinary")) {
            try (Statement statement = target.createStatement()) {
                statement.execute("SET ROLE builder");
            }
            SchemaPlan plan = SchemaPreparers.fromCatalog(ALL).plan(source, target, table -> true);
            assertThat(plan.notCarried())
                    .containsExactlyInAnyOrder(
                            "owner of table s.foreign_to_me: the role that prepares the target is no member of \"postgres\":"
                                    + " GRANT \"postgres\" TO \"builder\" there, or it stays the owner",
                            "privileges on the database: the role that prepares the target does not own the database ordinary",
                            "privileges on function pg_catalog.pg_ls_dir(pg_catalog.text): it came with the server, and the target's role"
                                    + " is no superuser",
                            "privileges on function public.hstore(pg_catalog.text,pg_catalog.text) and 1 more: it came with the extension"
                                    + " hstore, and the target's role does not own that: grant it there as its owner");
            target.setAutoCommit(false);
            try (Statement statement = target.createStatement()) {
                for (SchemaStep step : plan.steps()) {
                    statement.execute(step.sql());
                }
            }
            target.commit();
        }
        assertThat(fresh.query(
                        "ordinary",
                        "SELECT relname || ' ' || relowner::regrole || ' ' || COALESCE(relacl::text, '-') FROM pg_class"
                                + " WHERE relnamespace = 's'::regnamespace AND relkind = 'r' ORDER BY 1"))
                .containsExactly("foreign_to_me builder -", "mine app {app=arwdDxt/app,=r/app}");
    }

    @Test
    void privilegesWithoutOwnersAreTheTargetRolesToGive() throws SQLException {
        create(
                "unowned",
                "CREATE TABLE t (id int)",
                "ALTER TABLE t OWNER TO gone",
                "REVOKE DELETE ON t FROM gone",
                "GRANT SELECT ON t TO app WITH GRANT OPTION",
                "SET ROLE app",
                "GRANT SELECT ON t TO PUBLIC");
        SchemaPlan plan =
                carry("unowned", SchemaCopyOptions.builder().privileges(true).build());
        assertThat(plan.notCarried()).isEmpty();
        assertThat(fresh.query("unowned", "SELECT relacl::text FROM pg_class WHERE relname = 't'"))
                .containsExactly("{postgres=arwdDxt/postgres,app=r*/postgres,=r/app}");
    }

    @Test
    void tablesIndexesKeysAndMaterializedViewsAreMadeInTheirTablespaces() throws SQLException {
        create(
                "spaces",
                "CREATE TABLE t (id int PRIMARY KEY USING INDEX TABLESPACE \"Fa.st\", v text) TABLESPACE \"Fa.st\"",
                "CREATE INDEX by_v ON t (v) TABLESPACE \"Fa.st\"",
                "CREATE INDEX by_default ON t (v)",
                "CREATE MATERIALIZED VIEW m TABLESPACE \"Fa.st\" AS SELECT 1 AS one",
                "CREATE TABLE p (id int, PRIMARY KEY (id) USING INDEX TABLESPACE \"Fa.st\") PARTITION BY LIST (id) TABLESPACE \"Fa.st\"",
                "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1) TABLESPACE pg_default",
                "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2)",
                "CREATE TABLE elsewhere (id int) TABLESPACE slow");
        SchemaPlan plan = carry("spaces", ALL);
        assertThat(plan.notCarried())
                .containsExactly(
                        "tablespace of table \"public\".\"elsewhere\": the target lacks the tablespace \"slow\", or its role"
                                + " may not create in it: CREATE TABLESPACE \"slow\" LOCATION '…' there, and GRANT CREATE ON TABLESPACE"
                                + " \"slow\"");
        String where = "SELECT relname FROM pg_class c JOIN pg_tablespace s ON s.oid = c.reltablespace"
                + " WHERE s.spcname = 'Fa.st' AND relname !~ '^pg_toast' ORDER BY 1";
        assertThat(fresh.query("spaces", where))
                .isEqualTo(old.query("spaces", where))
                .contains("by_v", "m", "p", "p2", "p_pkey", "t", "t_pkey")
                .doesNotContain("by_default", "p1");
    }

    @Test
    void namesTheLabelProviderThatTheTargetHasNotLoaded() throws SQLException {
        create(
                "labels",
                "CREATE TABLE t (id int)",
                "CREATE TABLE u (id int)",
                "SET allow_system_table_mods = on",
                "INSERT INTO pg_seclabel SELECT oid, 'pg_class'::regclass, 0, 'se \"linux', 'it''s' FROM pg_class"
                        + " WHERE relname IN ('t', 'u')");
        assertThat(carry("labels", ALL).notCarried())
                .containsExactly(
                        "security label table public.t and 1 more: the target has not loaded the label provider"
                                + " \"se \"\"linux\": add its library to shared_preload_libraries there");
    }

    private static void create(String database, String... statements) {
        old.createDatabase(database);
        fresh.createDatabase(database);
        old.execute(database, statements);
    }

    private static SchemaPlan carry(String database, SchemaCopyOptions options) throws SQLException {
        try (Connection source = old.connect(database);
                Connection target = fresh.connect(database)) {
            SchemaPlan plan = SchemaPreparers.fromCatalog(options).plan(source, target, table -> true);
            PlanRunner.run(fresh, database, plan, SchemaStage.values());
            return plan;
        }
    }
}
