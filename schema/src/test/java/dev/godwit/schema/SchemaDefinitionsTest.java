package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
    void doesNotMindWhereADomainSaysNotNullAndHowThatIsNamed() {
        assertSame(
                "CREATE DOMAIN d AS integer NOT NULL DEFAULT 2 CONSTRAINT c CHECK (VALUE > 0);",
                "CREATE DOMAIN d AS integer DEFAULT 2 CONSTRAINT c CHECK (VALUE > 0) CONSTRAINT n NOT NULL;");
        assertDifferent("CREATE DOMAIN d AS integer NOT NULL;", "CREATE DOMAIN d AS integer;");
    }
}
