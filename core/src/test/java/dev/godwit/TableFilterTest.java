package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

import dev.godwit.replication.TableRows;
import dev.godwit.schema.TableName;
import java.util.List;
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

    @Test
    void keepsWhatIsChosenOfTablesThroughEveryOtherMethod() {
        TableFilter filter = TableFilter.only("a.*")
                .rows("a.t", "region = 'EU'")
                .exclude("a.x")
                .columns("a.t", "id", "region")
                .columns("a.u", "id");
        assertThat(filter.parts())
                .containsOnly(
                        entry("a.t", new TableRows(List.of("id", "region"), "region = 'EU'")),
                        entry("a.u", new TableRows(List.of("id"), null)));
        assertThat(filter.test(new TableName("a", "t"))).isTrue();
        assertThat(filter.test(new TableName("a", "x"))).isFalse();
        assertThat(filter).hasToString("only a.* without a.x (parts of a.t, a.u)");
        assertThat(TableFilter.all().columns("a.t", "id").rows("a.t", "id > 1").parts())
                .containsOnly(entry("a.t", new TableRows(List.of("id"), "id > 1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"t", ".t", "a.", "", "a.*", "*.t"})
    void choosesPartsOfOneTableByItsName(String table) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableFilter.all().rows(table, "true"))
                .withMessageContaining("one table, named as schema.table; not '" + table + "'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableFilter.all().columns(table, "id"))
                .withMessageContaining("one table");
    }

    @Test
    void refusesChoicesOfNothingAndChoicesMadeTwice() {
        TableFilter all = TableFilter.all();
        for (String condition : new String[] {"", " ", "id = '\0'"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> all.rows("a.t", condition))
                    .withMessageContaining("a.t");
        }
        for (String[] columns : new String[][] {{}, {""}, {"id", "id"}}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> all.columns("a.t", columns))
                    .withMessageContaining("a.t");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> all.rows("a.t", "true").rows("a.t", "true"))
                .withMessageContaining("the rows of table a.t were set twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> all.columns("a.t", "id").columns("a.t", "id"))
                .withMessageContaining("the columns of table a.t were set twice");
    }
}
