package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.godwit.schema.TableName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TableFilterTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
                    public.film,      public,   film,        true
                    public.film,      public,   films,       false
                    public.film,      public,   Film,        false
                    public.film*,     public,   film_actor,  true
                    *.film,           archive,  film,        true
                    *.*,              archive,  film,        true
                    public.*_20??,    public,   a_20??,      true
                    public.*_20??,    public,   a_2024,      false
                    public.f.lm,      public,   f.lm,        true
                    public.f.lm,      public,   film,        false
                    a.*,              a.b,      c,           false
                    a*b.c,            a.b,      c,           true
                    *.log,            public,   audit.log,   false
                    public.*.log,     public,   audit.log,   true
                    public."film",    public,   film,        false
                    public."film",    public,   "film",      true
                    public.(film|x),  public,   x,           false
                    public.\\Efilm,   public,   \\Efilm,     true
                    """, quoteCharacter = '`')
    void matchesSchemaAndTableExactlyAsTheCatalogHasThem(String pattern, String schema, String table, boolean matches) {
        assertThat(TableFilter.only(pattern).test(new TableName(schema, table))).isEqualTo(matches);
        assertThat(TableFilter.all().exclude(pattern).test(new TableName(schema, table)))
                .isEqualTo(!matches);
    }

    @Test
    void matchesNamesThatHoldLineBreaks() {
        assertThat(TableFilter.only("public.a*b").test(new TableName("public", "a\nb")))
                .isTrue();
    }

    @Test
    void leavesOutWhatIsExcludedAfterWhatIsIncluded() {
        TableFilter filter =
                TableFilter.only("shop.*", "crm.*").exclude("shop.audit*").exclude("crm.x", "crm.y");
        assertThat(filter.test(new TableName("shop", "orders"))).isTrue();
        assertThat(filter.test(new TableName("shop", "audit_2024"))).isFalse();
        assertThat(filter.test(new TableName("crm", "y"))).isFalse();
        assertThat(filter.test(new TableName("crm", "z"))).isTrue();
        assertThat(filter.test(new TableName("public", "orders"))).isFalse();
        assertThat(filter).hasToString("only shop.*, crm.* without shop.audit* without crm.x, crm.y");
    }

    @Test
    void givesANewFilterAndLeavesTheOldOne() {
        TableFilter all = TableFilter.all();
        all.exclude("public.film");
        assertThat(all.test(new TableName("public", "film"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "film", ".film", "public.", "."})
    void refusesAPatternWithoutSchemaOrTable(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableFilter.only(pattern))
                .withMessageContaining("schema.table")
                .withMessageContaining("'" + pattern + "'");
    }

    @Test
    void refusesToSelectNothing() {
        assertThatIllegalArgumentException().isThrownBy(TableFilter::only).withMessageContaining("TableFilter.all()");
    }
}
