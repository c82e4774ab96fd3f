package dev.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

final class WithoutValuesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "22P02|invalid input syntax for type integer: \"classified\"",
                "22007|invalid input syntax for type date: \"classified\"",
                "22021|invalid byte sequence for encoding \"UTF8\": classified",
                "22P05|character classified has no equivalent in encoding \"LATIN1\"",
                "22003|value \"classified\" is out of range for type integer",
                "23505|classified",
                "P0001|classified",
                "38000|classified",
                "ZZ999|classified",
                "1|classified"
            })
    void leavesOutTheMessageWhereItMayQuoteARow(String state, String message) {
        SQLException clean = WithoutValues.of(server("C" + state, "M" + message));
        assertThat(clean.getMessage()).contains(state).doesNotContain("classified");
        assertThat(clean.getSQLState()).isEqualTo(state);
    }

    @Test
    void namesWhatTheServerNames() {
        SQLException clean = WithoutValues.of(server(
                "C23514",
                "Mclassified",
                "DFailing row contains (classified)",
                "spublic",
                "titem",
                "cv",
                "dmood",
                "nitem_check"));
        assertThat((Throwable) clean)
                .hasMessage("the server refused with SQLSTATE 23514 (check violation) table \"public.item\""
                        + " constraint \"item_check\" column \"v\" type \"mood\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"42P01", "42501", "53100", "55P03", "57014", "40P01", "28P01", "3D000", "0A000", "XX000"})
    void keepsTheMessageOfWhatIsAboutObjectsButNothingElse(String state) {
        SQLException clean = WithoutValues.of(server(
                "C" + state, "Mtable \"item\" is missing", "Dclassified", "Hclassified", "qSELECT 'classified'"));
        assertThat((Throwable) clean)
                .hasMessage("ERROR: table \"item\" is missing")
                .isNotInstanceOf(PSQLException.class)
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"42501", "53100", "40001", "42P01"})
    void leavesOutWhatAFunctionRaisesUnderWhateverState(String state) {
        SQLException clean = WithoutValues.of(server("C" + state, "Mclassified", "Fpl_exec.c", "Rexec_stmt_raise"));
        assertThat(clean.getMessage()).contains(state).doesNotContain("classified");
    }

    @Test
    void leavesOutANameThatWasReadFromARow() {
        SQLException clean = WithoutValues.of(
                server("C42P01", "Mrelation \"classified\" does not exist", "WCOPY item, line 1, column v"));
        assertThat(clean.getMessage()).contains("42P01").doesNotContain("classified");
    }

    @Test
    void looksUnderABatch() {
        BatchUpdateException batch =
                new BatchUpdateException("INSERT INTO item VALUES ('classified')", "23505", new int[0]);
        batch.setNextException(server("C23505", "Mclassified", "nitem_pkey"));
        assertThat(WithoutValues.of(batch).getMessage()).contains("item_pkey").doesNotContain("classified");
    }

    @Test
    void keepsStackTraceAndWhatWasSuppressedWithoutItsValues() {
        PSQLException failure = server("C23505", "Mx");
        failure.addSuppressed(server("C22P02", "Mclassified"));
        SQLException clean = WithoutValues.of(failure);
        assertThat(clean.getStackTrace()).isEqualTo(failure.getStackTrace());
        assertThat(clean.getSuppressed())
                .singleElement()
                .satisfies(suppressed ->
                        assertThat(suppressed.getMessage()).contains("22P02").doesNotContain("classified"));
    }

    @Test
    void leavesTheDriversOwnFailuresAloneUnlessTheyAreAboutAValue() {
        PSQLException lost = new PSQLException("I/O error", PSQLState.CONNECTION_FAILURE, new IOException("reset"));
        assertThat((Throwable) WithoutValues.of(lost)).isSameAs(lost);
        PSQLException bad =
                new PSQLException("Bad value for type int: classified", PSQLState.NUMERIC_VALUE_OUT_OF_RANGE);
        assertThat(WithoutValues.message(bad)).contains("22003").doesNotContain("classified");
    }

    @Test
    void cleansTheCauseOfAnotherFailure() {
        SQLException outer = new SQLException("a step failed", "23505", server("C23505", "Mclassified"));
        assertThat((Throwable) WithoutValues.of(outer)).hasMessage("a step failed");
        assertThat(WithoutValues.of(outer).getCause())
                .hasMessageContaining("23505")
                .hasMessageNotContaining("classified");
        assertThat(new ReplicationException("x", outer)).rootCause().hasMessageNotContaining("classified");
    }

    @Test
    void leavesWhatIsNoFailureOfADatabaseAlone() {
        IllegalStateException other = new IllegalStateException("x");
        assertThat(WithoutValues.of((Throwable) other)).isSameAs(other);
        assertThat(WithoutValues.message(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
    }

    private static PSQLException server(String... fields) {
        return new PSQLException(new ServerErrorMessage("SERROR\0VERROR\0" + String.join("\0", fields) + "\0"));
    }
}
