package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScriptTest {

    private static List<String> statements(String text) {
        List<String> problems = new ArrayList<>();
        List<String> found = SqlScript.split(text, command -> false, problems).stream()
                .map(SqlScript.Statement::sql)
                .toList();
        assertThat(problems).isEmpty();
        return found;
    }

    /** Each holds a semicolon that ends nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'a;b'",
                "SELECT 'it''s; fine'",
                "SELECT E'\\'; '",
                "SELECT e'a\\\\'",
                "SELECT U&'d\\0061;'",
                "SELECT \"a;\"\"b;\"",
                "SELECT $$;$$",
                "SELECT $tag$ ; $$ ; $other$ $tag$",
                "SELECT 1 /* ; /* ; */ ; */ + 1",
                "SELECT 1 -- ;\n + 1",
                "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); INSERT INTO b VALUES (2))",
                "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
                "CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1); END",
                "SELECT a$b$c, $1",
                "SELECT 'x' AS Größe"
            })
    void aStatementEndsWhereTheServerSaysSo(String sql) {
        assertThat(statements(sql + ";\nSELECT 2;")).containsExactly(sql, "SELECT 2");
        assertThat(statements(sql)).containsExactly(sql);
    }

    @Test
    void emptyStatementsAndCommentsAreNone() {
        assertThat(statements(";; -- nothing;\n/* ; */ ;\n")).isEmpty();
    }

    @Test
    void aBeginOutsideOfRoutinesIsAStatement() {
        assertThat(statements("BEGIN; CREATE TABLE t (); COMMIT;"))
                .containsExactly("BEGIN", "CREATE TABLE t ()", "COMMIT");
    }

    @Test
    void statementsKnowTheirLinesAndComments() {
        List<SqlScript.Statement> found =
                SqlScript.split("-- one\nSELECT 1;\n\n-- two\n-- too\nSELECT\n2;", command -> false, new ArrayList<>());
        assertThat(found)
                .containsExactly(
                        new SqlScript.Statement(2, "-- one", "SELECT 1"),
                        new SqlScript.Statement(6, "-- two\n-- too", "SELECT\n2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\\connect other", "SELECT 'never ends", "SELECT $x$ never ends $$", "/* /* */", "SELECT \"a"})
    void whatCannotBeUnderstoodIsAProblemWithItsLine(String text) {
        List<String> problems = new ArrayList<>();
        SqlScript.split("SELECT 1;\n" + text, command -> false, problems);
        assertThat(problems).hasSize(1).allMatch(problem -> problem.startsWith("line 2: "));
    }
}
