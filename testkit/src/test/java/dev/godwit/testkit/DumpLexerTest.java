package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DumpLexerTest {
    private static List<String> split(String... lines) {
        DumpLexer lexer = new DumpLexer();
        List<String> statements = new ArrayList<>();
        for (String text : lines) {
            String line = text + "\n";
            for (int at = 0; at < line.length(); ) {
                at = lexer.feed(line, at);
                if (lexer.isComplete()) {
                    statements.add(lexer.take());
                }
            }
        }
        assertThat(lexer.isBetweenStatements()).isTrue();
        return statements;
    }

    @Test
    void aSemicolonEndsAStatementOnlyOutsideOfStringsNamesAndParentheses() {
        assertThat(split("SELECT 'a;''b;'; SELECT \";\"; SELECT (1;2);", "  ;", "SELECT E'\\';', 1;"))
                .containsExactly("SELECT 'a;''b;'", "SELECT \";\"", "SELECT (1;2)", "SELECT E'\\';', 1");
    }

    @Test
    void commentsEndNothingAndAreLeftOut() {
        assertThat(split("-- a; b", "SELECT 1 -- '", "+ 2; /* ; /* ' */ ; */ SELECT/**/3;"))
                .containsExactly("SELECT 1 \n+ 2", "SELECT 3");
    }

    @Test
    void dollarsQuoteUnlessTheyArePartsOfNamesOrParameters() {
        assertThat(split("DO $$ a; b $x$ c; $$; SELECT $1, a$b$c; SELECT $é$ ; $é$;", "SELECT $a$;", "$b$;$a$;"))
                .containsExactly(
                        "DO $$ a; b $x$ c; $$", "SELECT $1, a$b$c", "SELECT $é$ ; $é$", "SELECT $a$;\n$b$;$a$");
    }

    @Test
    void theBodyOfAFunctionInSqlIsOneStatement() {
        String function =
                "CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT CASE a WHEN 1 THEN 2 END; SELECT 3; END";
        assertThat(split(function + ";", "BEGIN; SELECT 1; COMMIT;"))
                .containsExactly(function, "BEGIN", "SELECT 1", "COMMIT");
    }

    @Test
    void theHeadOfAStatementShowsNoValue() {
        assertThat(DumpLexer.head("INSERT INTO t VALUES ('secret')")).isEqualTo("INSERT INTO t VALUES");
        assertThat(DumpLexer.head("COPY t FROM stdin")).isEqualTo("COPY t FROM stdin");
    }
}
