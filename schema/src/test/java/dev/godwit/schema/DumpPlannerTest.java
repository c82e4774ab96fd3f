package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of the lines of a dump. */
class DumpPlannerTest {

    private static final DumpTarget TARGET =
            new DumpTarget(150_000, Set.of("xmloption", "statement_timeout"), Set.of("owner"), Set.of("theirs"));

    private static final String HEAD = """
            --
            -- PostgreSQL database dump
            --

            \\restrict abc

            SET statement_timeout = 0;
            SET transaction_timeout = 0;
            SET xmloption = content;
            SELECT pg_catalog.set_config('search_path', '', false);

            """;

    private static SchemaStep step(String id, SchemaStage stage, String table) {
        TableName name = table.isEmpty() ? null : new TableName("s", table);
        return new SchemaStep(id, stage, name, "-- " + id);
    }

    private static String entry(String name, String type, String sql) {
        return "--\n-- Name: " + name + "; Type: " + type + "; Schema: s; Owner: -\n--\n\n" + sql + "\n\n\n";
    }

    private static SchemaPlan plan(SchemaPlan own, Set<String> all, String... entries) {
        return new DumpPlanner(own, all, TARGET).plan(HEAD + String.join("", entries) + "\\unrestrict abc\n");
    }

    private static SchemaPlan nothing() {
        return new SchemaPlan(List.of(), List.of());
    }

    @Test
    void whatTheTargetDoesNotKnowIsLeftOutAndReported() {
        SchemaPlan plan = plan(nothing(), Set.of(), entry("t", "TABLE", "CREATE TABLE s.t (x xml);"));

        assertThat(plan.steps())
                .containsExactly(new SchemaStep(
                        "pg_dump TABLE s.t",
                        SchemaStage.BEFORE_COPY,
                        null,
                        "SET LOCAL xmloption = content;\nCREATE TABLE s.t (x xml);"));
        assertThat(plan.notCarried()).isEmpty();
        assertThat(plan.remarks())
                .containsExactly("lines of pg_dump that only psql or another version understands were left out: "
                        + "\\restrict, \\unrestrict, SET transaction_timeout = 0");
    }

    @Test
    void stepsAreNamedAndTimedAsTheCatalogsPreparerDoesIt() {
        SchemaPlan own = new SchemaPlan(
                List.of(
                        step("table \"s\".\"t\"", SchemaStage.BEFORE_COPY, ""),
                        step("index s.\"i x\"", SchemaStage.AFTER_TABLE_COPY, "t"),
                        step("key t_pkey on s.t", SchemaStage.AFTER_TABLE_COPY, "t"),
                        step("function s.f(integer,text)", SchemaStage.BEFORE_COPY, ""),
                        step("row security \"s\".\"t\"", SchemaStage.AT_CUTOVER, ""),
                        step("firing trigger g on s.t", SchemaStage.AT_CUTOVER, ""),
                        step("trigger g on s.t", SchemaStage.AFTER_COPY, "")),
                List.of());
        SchemaPlan plan = plan(
                own,
                Set.of(),
                entry(
                        "f(integer, text)",
                        "FUNCTION",
                        "CREATE FUNCTION s.f(a integer, b text) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;"),
                entry("t", "TABLE", "CREATE TABLE s.t (id int);\nALTER TABLE s.t FORCE ROW LEVEL SECURITY;"),
                entry("t t_pkey", "CONSTRAINT", "ALTER TABLE ONLY s.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);"),
                entry("i x", "INDEX", "CREATE INDEX \"i x\" ON s.t (id);\nALTER TABLE s.t CLUSTER ON \"i x\";"),
                entry(
                        "t g",
                        "TRIGGER",
                        "CREATE TRIGGER g AFTER INSERT ON s.t EXECUTE FUNCTION s.h();\nALTER TABLE s.t ENABLE ALWAYS TRIGGER g;"),
                entry("t", "ROW SECURITY", "ALTER TABLE s.t ENABLE ROW LEVEL SECURITY;"),
                entry("late", "FUNCTION", "CREATE FUNCTION s.late() RETURNS int LANGUAGE sql AS 'SELECT 1';"));

        assertThat(plan.steps().stream().map(step -> step.id() + " @" + step.stage() + step.table()))
                .containsExactly(
                        "function s.f(integer,text) @BEFORE_COPYOptional.empty",
                        "table \"s\".\"t\" @BEFORE_COPYOptional.empty",
                        "key t_pkey on s.t @AFTER_TABLE_COPYOptional[s.t]",
                        "index s.\"i x\" @AFTER_TABLE_COPYOptional[s.t]",
                        "trigger g on s.t @AFTER_COPYOptional.empty",
                        "pg_dump FUNCTION s.late @AFTER_COPYOptional.empty",
                        "row security \"s\".\"t\" @AT_CUTOVEROptional.empty",
                        "firing trigger g on s.t @AT_CUTOVEROptional.empty");
        assertThat(plan.steps().get(3).sql()).contains("CREATE INDEX", "CLUSTER ON");
        assertThat(plan.steps().get(4).sql()).contains("CREATE TRIGGER").doesNotContain("ALWAYS");
    }

    @Test
    void whatTheCatalogsPreparerLeavesOutIsLeftOutWithWhatBelongsToIt() {
        SchemaPlan own = new SchemaPlan(List.of(), List.of("view s.v: it needs table s.t, which is not carried"));
        SchemaPlan plan = plan(
                own,
                Set.of("view s.v", "function s.f()"),
                entry("f()", "FUNCTION", "CREATE FUNCTION s.f() RETURNS int LANGUAGE c AS 'x';"),
                entry("FUNCTION f()", "COMMENT", "COMMENT ON FUNCTION s.f() IS 'x';"),
                entry("v", "VIEW", "CREATE VIEW s.v AS SELECT NULL::int AS a;"),
                entry("VIEW v", "COMMENT", "COMMENT ON VIEW s.v IS 'x';"),
                entry("COLUMN v.a", "COMMENT", "COMMENT ON COLUMN s.v.a IS 'x';"),
                entry("v _RETURN", "RULE", "CREATE OR REPLACE VIEW s.v AS SELECT a FROM s.t;"),
                entry("DOMAIN v2", "COMMENT", "COMMENT ON DOMAIN s.v2 IS 'x';"));

        assertThat(plan.steps().stream().map(SchemaStep::id)).containsExactly("pg_dump COMMENT s.DOMAIN v2");
        assertThat(plan.notCarried()).isEqualTo(own.notCarried());
    }

    @Test
    void ownersAndGrantsOfRolesThatTheTargetLacksAreReported() {
        SchemaPlan plan = plan(
                nothing(),
                Set.of(),
                entry("t", "TABLE", "CREATE TABLE s.t (id int);\nALTER TABLE s.t OWNER TO \"no body\";"),
                entry("u", "TABLE", "CREATE TABLE s.u (id int);\nALTER TABLE s.u OWNER TO owner;"),
                entry(
                        "TABLE u",
                        "ACL",
                        "GRANT ALL ON TABLE s.u TO owner;\nGRANT SELECT ON TABLE s.u TO PUBLIC;\nGRANT SELECT ON TABLE s.u TO reader WITH GRANT OPTION;"),
                entry("EXTENSION theirs", "COMMENT", "COMMENT ON EXTENSION theirs IS 'x';"));

        assertThat(plan.notCarried())
                .containsExactly(
                        "pg_dump TABLE s.t: ALTER TABLE s.t OWNER TO \"no body\": the target has no role \"no body\"",
                        "pg_dump ACL s.TABLE u: GRANT SELECT ON TABLE s.u TO reader WITH GRANT OPTION: the target has no"
                                + " role reader");
        assertThat(plan.steps().get(0).sql()).doesNotContain("OWNER");
        assertThat(plan.steps().get(1).sql()).contains("OWNER TO owner");
        assertThat(plan.steps().get(2).sql()).contains("TO owner", "TO PUBLIC").doesNotContain("reader");
        assertThat(plan.steps()).hasSize(3);
        assertThat(plan.remarks().get(0)).contains("COMMENT ON EXTENSION theirs (another role's on the target)");
    }

    @Test
    void eventTriggersAreDisabledUntilTheCutover() {
        SchemaPlan plan = plan(
                nothing(),
                Set.of(),
                entry("e", "EVENT TRIGGER", "CREATE EVENT TRIGGER \"e x\" ON ddl_command_end EXECUTE FUNCTION s.f();"));
        assertThat(plan.steps().get(0).sql()).endsWith("ALTER EVENT TRIGGER \"e x\" DISABLE;");
    }

    @Test
    void whatIsNotUnderstoodIsRefused() {
        assertThatThrownBy(() -> plan(nothing(), Set.of(), "\\connect other\n"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\\connect is a command of psql");
        assertThatThrownBy(() -> plan(nothing(), Set.of(), "CREATE TABLE x ();\n"))
                .hasMessageContaining("a statement without a header");
    }
}
