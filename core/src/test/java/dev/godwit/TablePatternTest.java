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

final class TablePatternTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
                    public.film,             public,   film,          true
                    public.film,             public,   Film,          false
                    public.film,             public,   films,         false
                    public.film*,            public,   film_actor,    true
                    *.*,                     any,      thing,         true
                    "a.b".c,                 a.b,      c,             true
                    "a.b".c,                 a,        b.c,           false
                    a."b.c",                 a,        b.c,           true
                    a."b.c",                 a.b,      c,             false
                    "public"."film",         public,   film,          true
                    public."Film",           public,   Film,          true
                    public."film",           public,   "film",        false
                    public."say \""hello"\"",  public,   say "hello",   true
                    public."*",              public,   *,             true
                    public."*",              public,   film,          false
                    public.*".log",          public,   audit.log,     true
                    public.*".log",          public,   audit_log,     false
                    public.a"*"b*,           public,   a*bc,          true
                    public.a"*"b*,           public,   axbc,          false
                    p*."x.y"*,               public,   x.yz,          true
                    order items.a b,         order items, a b,        true
                    public.(film|x),         public,   x,             false
                    """, quoteCharacter = '`')
    void matchesByTheRulesOfQuoting(String pattern, String schema, String table, boolean matches) {
        TablePattern parsed = TablePattern.parse(pattern);
        assertThat(parsed.test(new TableName(schema, table))).isEqualTo(matches);
        TablePattern again = TablePattern.parse(parsed.toString());
        assertThat(again).isEqualTo(parsed).hasSameHashCodeAs(parsed);
        assertThat(again.test(new TableName(schema, table))).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    film,             there is no dot
                    `"public.film"`,  there is no dot
                    .film,            the schema's name is empty
                    public.,          the table's name is empty
                    `"".film`,        the schema's name is empty
                    a.b.c,            there is a second dot
                    `a."b".c`,        there is a second dot
                    `"a.b`,           a quote in the schema's name is not closed
                    `a."b`,           a quote in the table's name is not closed
                    `a."b""`,         a quote in the table's name is not closed
                    ``,               the schema's name is empty
                    """, quoteCharacter = '`')
    void refusesWhatIsNotOfTheForm(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TablePattern.parse(text))
                .withMessageContaining("schema.table")
                .withMessageContaining("'" + text + "'")
                .withMessageContaining(why);
    }

    @Test
    void refusesZeroBytes() {
        for (String text : new String[] {"a.b\0", "a.\"b\0\""}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TablePattern.parse(text))
                    .withMessageContaining("zero byte");
        }
    }

    @Test
    void knowsTheNameWhereThereIsNoWildcard() {
        TableName odd = new TableName("a.b", "say \"*\"");
        assertThat(TablePattern.of(odd).name()).contains(odd);
        assertThat(TablePattern.of(odd)).hasToString("\"a.b\".\"say \"\"*\"\"\"");
        assertThat(TablePattern.parse(TablePattern.of(odd).toString()).name()).contains(odd);
        assertThat(TablePattern.parse("a.*").name()).isEmpty();
        assertThat(TablePattern.parse("*.a").name()).isEmpty();
    }

    @Test
    void saysWhatAFilterTakesSoThatItCanBeReadAgain() {
        TableFilter filter =
                TableFilter.only("public.*.log", "public.\"film\"", "x.y").exclude("a*b.c");
        assertThat(filter.included())
                .map(TablePattern::toString)
                .containsExactly("public.*\".log\"", "public.\"\"\"film\"\"\"", "x.y");
        assertThat(filter.excluded()).map(TablePattern::toString).containsExactly("a*b.c");
        TableFilter again = TableFilter.only(filter.included()).exclude(filter.excluded());
        for (TableName name : List.of(
                new TableName("public", "a.log"),
                new TableName("public", "\"film\""),
                new TableName("public", "film"),
                new TableName("x", "y"))) {
            assertThat(again.test(name)).isEqualTo(filter.test(name));
        }
    }

    @Test
    void choosesRowsAndColumnsOfTablesWithOddNames() {
        TableName odd = new TableName("a", "*");
        assertThat(TableFilter.all().rows(odd, "id > 1").columns(odd, "id").parts())
                .containsOnly(entry("a.*", new TableRows(List.of("id"), "id > 1")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TableFilter.only(List.of()))
                .withMessageContaining("TableFilter.all()");
        TableFilter all = TableFilter.all();
        assertThat(all.exclude(List.of())).isSameAs(all);
    }
}
