package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a server writes of an expression before and after it has read its own text again. */
class ReadAgainTest {

    @Test
    void anArrayThatIsCastAsAWholeIsOneWhoseElementsAre() {
        assertThat(ReadAgain.of(
                        "CHECK (((b)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))"))
                .isEqualTo(
                        "CHECK (((b)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])))");
        assertThat(
                        ReadAgain.of(
                                "(ARRAY['it''s, ]'::character varying, f(x, \"o,d]d\")])::numeric(5,2)[] + (ARRAY[a])::o.\"T y\"[]"))
                .isEqualTo(
                        "ARRAY[('it''s, ]'::character varying)::numeric(5,2), (f(x, \"o,d]d\"))::numeric(5,2)] + ARRAY[(a)::o.\"T y\"]");
        assertThat(ReadAgain.of("(ARRAY[ARRAY[a, b], ARRAY[(c[1])]])::text[]"))
                .isEqualTo("ARRAY[ARRAY[(a)::text, (b)::text], ARRAY[((c[1]))::text]]");
    }

    @Test
    void whatADomainOverAnArrayCastsItsElementsToGoesWithoutSaying() {
        String first = "ROW(1, (ARRAY['5'::text, (a.b)::text, f((1)::x)])::util.codes, (ARRAY[ARRAY['a)'::text]])::d)";
        String second =
                "ROW(1, (ARRAY[('5'::text)::util.code, ((a.b)::text)::util.code, (f((1)::x))::util.code])::util.codes,"
                        + " (ARRAY[ARRAY[('a)'::text)::character varying(3)]])::d)";
        assertThat(ReadAgain.of(first)).isEqualTo(ReadAgain.of(second)).contains("'5'::text, a.b, f((1)::x)");
        assertThat(ReadAgain.of("(ARRAY[(a)::int + (b)::int])::d")).isEqualTo("(ARRAY[(a)::int + (b)::int])::d");
    }

    @Test
    void whatIsNoSuchCastStaysAsItIs() {
        for (String sql : new String[] {
            "(ARRAY['a'::text, 'b'::text])",
            "(ARRAY[1, 2] || 3)",
            "(ARRAY['unclosed",
            "(ARRAY[a])::text",
            "f((ARRAY[1])[1])"
        }) {
            assertThat(ReadAgain.of(sql)).isEqualTo(sql);
        }
    }

    @Test
    void columnsOfSubqueriesAreNamedAfterTheTypeTheyAreCastTo() {
        assertThat(ReadAgain.of(
                        "SELECT 'x'::text AS text, NULL::\"char\" AS \"char\", 1 AS text, 'x'::text AS textual"))
                .isEqualTo("SELECT 'x'::text, NULL::\"char\", 1 AS text, 'x'::text AS textual");
        assertThat(ReadAgain.of("FROM ( VALUES (1)) v")).isEqualTo("FROM (VALUES (1)) v");
    }
}
