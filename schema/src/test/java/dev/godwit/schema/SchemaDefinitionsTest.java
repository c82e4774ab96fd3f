package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SchemaDefinitionsTest {

    private static void assertSame(String one, String other) {
        assertThat(SchemaDefinitions.acrossVersions(one)).isEqualTo(SchemaDefinitions.acrossVersions(other));
    }

    private static void assertDifferent(String one, String other) {
        assertThat(SchemaDefinitions.acrossVersions(one)).isNotEqualTo(SchemaDefinitions.acrossVersions(other));
    }

    @Test
    void doesNotMindQualifiersParenthesesAndWhiteSpace() {
        assertSame(
                "CREATE VIEW v AS\n SELECT t.a,\n \"T t\".\"b.c\" FROM s.t WHERE (t.a > 1)",
                "CREATE VIEW v AS SELECT a, \"b.c\" FROM t WHERE a > 1");
        assertSame("EXECUTE PROCEDURE f()", "EXECUTE FUNCTION s.f()");
    }

    @Test
    void mindsNamesValuesAndOrder() {
        assertDifferent("SELECT a, b", "SELECT b, a");
        assertDifferent("DEFAULT 0.1", "DEFAULT 0.2");
        assertDifferent("DEFAULT 'a'", "DEFAULT 'b'");
        assertDifferent("x integer NOT NULL", "x integer");
    }

    @Test
    void mindsEverythingInABody() {
        String function = "CREATE OR REPLACE FUNCTION s.f(IN a integer)\n LANGUAGE plpgsql\nAS $function$%s$function$;";
        assertDifferent(function.formatted("a.x := (b.x + 1) * 2"), function.formatted("b.x := a.x + (1 * 2)"));
        assertSame(function.formatted("x"), function.replace("s.f(", "f (").formatted("x"));
    }

    @Test
    void knowsAChangeThatIsNoDifferenceBetweenVersions() {
        String view = "CREATE VIEW v AS SELECT %s FROM o JOIN c USING (x)";
        String now = view.formatted("o.id");
        assertThat(SchemaDifference.notComparable(
                        Map.of(
                                "moved",
                                view.formatted("c.id"),
                                "same",
                                now,
                                "other",
                                view.formatted("o.b"),
                                "gone",
                                now),
                        Map.of("moved", now, "same", now, "other", now, "new", now)))
                .containsExactly("moved");
    }

    /** Those within a name are part of it. */
    @Test
    void doesNotMindNeedlessQuotesAroundAName() {
        assertSame("SELECT \"level\"", "SELECT level");
        assertThat(SchemaDefinitions.acrossVersions("NAME = \"it's \"\"so\"\" here\""))
                .contains("\"\"so\"\"");
        assertSame("DEFAULT nextval('\"level\"'::regclass)", "DEFAULT nextval('level'::regclass)");
    }

    @Test
    void doesNotMindWhereADomainSaysNotNullAndHowThatIsNamed() {
        assertSame(
                "CREATE DOMAIN d AS integer NOT NULL DEFAULT 2 CONSTRAINT c CHECK (VALUE > 0);",
                "CREATE DOMAIN d AS integer DEFAULT 2 CONSTRAINT c CHECK (VALUE > 0) CONSTRAINT n NOT NULL;");
        assertDifferent("CREATE DOMAIN d AS integer NOT NULL;", "CREATE DOMAIN d AS integer;");
    }

    /**
     * A quote in a function's body that nothing closes, and many words behind a cast: neither costs a frame of the stack each, nor does a
     * long word cost its square.
     */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void takesTextsOfAnyLength() {
        String quote = "CREATE FUNCTION f() AS 'a \"" + "b".repeat(1_000_000) + "'";
        assertSame(quote, quote);
        String words = "SELECT (a)::text" + " word".repeat(200_000);
        assertSame(words, words);
        String comment = "COMMENT ON FUNCTION f(" + "integer, ".repeat(50_000) + "integer) IS 'x'";
        assertThat(SchemaDefinitions.commented(comment)).hasValue(comment.substring(0, comment.length() - 7));
        assertThat(SchemaDefinitions.commented("COMMENT ON TABLE \"a IS 'b\" IS  E'c'"))
                .hasValue("COMMENT ON TABLE \"a IS 'b\"");
        assertThat(SchemaDefinitions.commented("ALTER TABLE t" + " x".repeat(200_000)))
                .isEmpty();
    }
}
