package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.result.PreflightReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.Statement;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the preflight finds of chosen rows and columns, before the source would refuse the application's own writes. */
@PostgresPairTest(source = "15", target = "17")
final class RowsPreflightIT {

    /** What was tried is gone, and the application writes as before. */
    @AfterEach
    void nothingIsLeftOnTheSource(PostgresPair pair) {
        assertThat(pair.source().query("app", "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'godwit%'"))
                .isEmpty();
        assertThat(pair.source().query("app", "SELECT pubname FROM pg_publication"))
                .isEmpty();
        pair.source().execute("app", "DELETE FROM t");
    }

    @ParameterizedTest
    @Provokes({FindingCode.ROW_FILTER_REFUSED, FindingCode.ROW_FILTER_IDENTITY})
    @CsvSource(delimiter = '|', textBlock = """
            id int PRIMARY KEY, r varchar(9) NOT NULL | r = 'EU'            | GW1504 | [r] (cannot delete from table "t": Column used in the publication WHERE
            id int PRIMARY KEY, r int, "R" int        | "R" > 1 OR r = id   | GW1504 | replica identity: [r, R]
            id int PRIMARY KEY                        | random() < 0.5      | GW1503  | User-defined or built-in mutable functions are not allowed
            id int PRIMARY KEY                        | public.own(id)             | GW1503  | User-defined or built-in mutable functions are not allowed
            id int PRIMARY KEY, s shade               | s = 'dark'          | GW1503  | User-defined types are not allowed
            id int PRIMARY KEY                        | id = (SELECT 1)     | GW1503  | t
            id int PRIMARY KEY                        | nothing = 1         | GW1503  | column "nothing" does not exist
            id int PRIMARY KEY                        | id                  | GW1503  | must be type boolean
            id int PRIMARY KEY                        | id = 'x'            | GW1503  | invalid input syntax
            id int PRIMARY KEY                        | id =                | GW1503  | syntax error
            id int PRIMARY KEY                        | id = 1); COMMIT; SELECT (1 | GW1503 | more than one statement
            id int PRIMARY KEY, g int GENERATED ALWAYS AS (id * 2) STORED | g > 1 | GW1503 | generated columns: [g]
            """)
    void findsAConditionThatTheSourceWouldNotTake(
            String columns, String condition, String code, String message, PostgresPair pair) {
        createTable(pair, columns);
        Finding finding = only(report(pair, filter -> filter.rows("public.t", condition)), code);
        assertThat(finding.object()).isEqualTo("public.t");
        assertThat(finding.message()).contains(message);
    }

    private static void createTable(PostgresPair pair, String columns) {
        pair.source()
                .execute(
                        "app",
                        "CREATE TYPE shade AS ENUM ('dark')",
                        "CREATE FUNCTION own(int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT true'",
                        "CREATE TABLE t (" + columns + ")");
    }

    @Test
    @Provokes({FindingCode.ROW_FILTER_REFUSED, FindingCode.ROW_FILTER_IDENTITY})
    void aConditionIsMendedByAWiderReplicaIdentityAsTheRemedySays(PostgresPair pair) {
        createTable(pair, "id int PRIMARY KEY, r text, body text");
        UnaryOperator<TableFilter> choice = filter -> filter.rows("public.t", "r = 'EU' AND own2.r IS NULL");
        only(report(pair, choice), "GW1503");
        choice = filter -> filter.rows("public.t", "t.r = 'EU' -- of Europe");
        pair.source().execute("app", only(report(pair, choice), "GW1504").remedy());
        assertThat(report(pair, choice).findings()).isEmpty();
    }

    @Test
    @Provokes(FindingCode.ROW_FILTER_LARGE_VALUES)
    void warnsOfLargeValuesThatAreNotSent(PostgresPair pair) {
        createTable(pair, "r text, id int, body text, other text, n int, PRIMARY KEY (r, id)");
        UnaryOperator<TableFilter> choice = filter -> filter.rows("public.t", "r = 'EU'");
        Finding finding = warning(report(pair, choice), "GW1505");
        assertThat(finding.message()).contains("(body, other)");
        finding = warning(
                report(pair, filter -> choice.apply(filter).columns("public.t", "r", "id", "n", "body")), "GW1505");
        assertThat(finding.message()).contains("(body)");
        pair.source().execute("app", finding.remedy());
        assertThat(report(pair, choice).findings()).isEmpty();
    }

    @ParameterizedTest
    @Provokes({FindingCode.COLUMN_LIST_UNKNOWN, FindingCode.COLUMN_LIST_GENERATED, FindingCode.COLUMN_LIST_REQUIRED})
    @CsvSource(delimiter = '|', textBlock = """
            id int PRIMARY KEY, v int                            | id,w | GW1511   | no column w          | give the columns as the catalog has them: [id, v]
            id int PRIMARY KEY, v int                            | id,V | GW1511   | no column V          | [id, v]
            id int PRIMARY KEY, g int GENERATED ALWAYS AS (id * 2) STORED | id,g | GW1512 | column g | take g out
            id int PRIMARY KEY, v int NOT NULL                   | id   | GW1514  | column v of table public.t is left out, and is NOT NULL | add v
            id int PRIMARY KEY, v serial                         | id   | GW1514  | takes its values from a sequence | add v
            id int PRIMARY KEY, v int GENERATED ALWAYS AS IDENTITY | id | GW1514  | takes its values from a sequence | add v
            """)
    void findsAListOfColumnsThatCannotBeCopied(
            String columns, String list, String code, String message, String remedy, PostgresPair pair) {
        createTable(pair, columns);
        Finding finding = only(report(pair, filter -> filter.columns("public.t", list.split(","))), code);
        assertThat(finding.object()).isEqualTo("public.t");
        assertThat(finding.message()).contains(message);
        assertThat(finding.remedy()).contains(remedy);
    }

    @Test
    @Provokes({FindingCode.COLUMN_LIST_IDENTITY, FindingCode.COLUMN_LIST_REQUIRED})
    void findsAListOfColumnsThatDoesNotGoWithTheReplicaIdentity(PostgresPair pair) {
        createTable(pair, "id int PRIMARY KEY, k int NOT NULL DEFAULT 0 UNIQUE, v int");
        UnaryOperator<TableFilter> choice = filter -> filter.columns("public.t", "id", "v");
        assertThat(report(pair, choice).findings()).isEmpty();
        pair.source().execute("app", "ALTER TABLE t REPLICA IDENTITY USING INDEX t_k_key");
        PreflightReport report = report(pair, choice);
        assertThat(only(report, "GW1513").message()).contains("lack columns of its replica identity: [k]");
        assertThat(only(report(pair, filter -> filter.columns("public.t", "k", "v")), "GW1514")
                        .message())
                .contains("belongs to the primary key");
        pair.source().execute("app", "ALTER TABLE t REPLICA IDENTITY FULL");
        Finding finding = only(report(pair, choice), "GW1513");
        assertThat(finding.message()).contains("replica identity is FULL");
        pair.source().execute("app", finding.remedy());
        assertThat(report(pair, choice).findings()).isEmpty();
    }

    @Test
    @Provokes(FindingCode.ROW_FILTER_TABLE)
    void findsTablesThatAreNotThereOrLeftOut(PostgresPair pair) {
        createTable(pair, "id int PRIMARY KEY");
        Finding finding = only(report(pair, filter -> filter.rows("public.T", "id = 1")), "GW1502");
        assertThat(finding.object()).isEqualTo("public.T");
        assertThat(finding.remedy()).contains("schema.table");
        pair.source().execute("app", "CREATE TABLE u (id int PRIMARY KEY)");
        only(report(pair, filter -> filter.exclude("public.u").columns("public.u", "id")), "GW1502");
    }

    @Test
    @Provokes(FindingCode.ROW_FILTER_FOREIGN_KEY)
    void warnsOfForeignKeysToRowsThatMayBeLeftBehind(PostgresPair pair) {
        createTable(pair, "id int PRIMARY KEY");
        pair.source().execute("app", "CREATE TABLE u (id int PRIMARY KEY, t int CONSTRAINT of_t REFERENCES t)");
        PreflightReport report = report(pair, filter -> filter.rows("public.t", "id < 5"));
        assertThat(warning(report, "GW1506").message())
                .contains("foreign key of_t of table public.u refers to table public.t");
    }

    @Test
    void waitsForNobodyWhoWrites(PostgresPair pair) throws Exception {
        createTable(pair, "id int PRIMARY KEY");
        try (Connection writer = pair.connectSource();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("LOCK TABLE t IN EXCLUSIVE MODE");
            statement.execute("INSERT INTO t VALUES (1)");
            assertThat(report(pair, filter -> filter.rows("public.t", "id < 5")).findings())
                    .isEmpty();
            writer.rollback();
        }
    }

    @Test
    @Provokes(FindingCode.ROW_FILTER_VERSION)
    @PostgresPairTest(source = "13", target = "17")
    void refusesASourceThatCannotChoose(PostgresPair pair) {
        createTable(pair, "id int PRIMARY KEY, v int");
        for (PreflightReport report : new PreflightReport[] {
            report(pair, filter -> filter.rows("public.t", "id < 5")),
            report(pair, filter -> filter.columns("public.t", "id"))
        }) {
            assertThat(only(report, "GW1501").message()).contains("the source is PostgreSQL 13");
        }
    }

    private static PreflightReport report(PostgresPair pair, UnaryOperator<TableFilter> choice) {
        return Migration.builder()
                .name("checked")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .tables(choice.apply(TableFilter.all()))
                .build()
                .preflight();
    }

    private static Finding only(PreflightReport report, String code) {
        assertThat(report.blockers()).extracting(Finding::code).containsExactly(code);
        return report.blockers().get(0);
    }

    private static Finding warning(PreflightReport report, String code) {
        assertThat(report.blockers()).isEmpty();
        assertThat(report.findings()).extracting(Finding::code).containsExactly(code);
        return report.findings().get(0);
    }
}
