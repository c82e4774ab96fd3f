package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

final class SqlFailuresTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "08000", "08001", "08003", "08006", "08P01", "53100", "53200", "53300", "57P01", "57P02", "57P03",
                "57P05", "55006", "55P03", "40001", "40P01", "57014", "25006", "25P03", "25P04"
            })
    void triesAgainWhatMayPass(String state) {
        assertThat(SqlFailures.isTransient(new SQLException("x", state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "28000", "28P01", "3D000", "42501", "42P01", "42703", "42704", "42804", "22P02", "22001", "22021",
                "23505", "23502", "23P01", "0A000", "55000", "XX000", "XX001", "P0001"
            })
    void stopsAtOnceForWhatDoesNot(String state) {
        assertThat(SqlFailures.isTransient(new SQLException("x", state))).isFalse();
    }

    @Test
    void looksAtTheServersOwnFailureUnderThatOfABatch() {
        BatchUpdateException batch = new BatchUpdateException("x", "23505", new int[0]);
        batch.setNextException(new SQLException("deadlock", "40P01"));
        assertThat(SqlFailures.isTransient(batch)).isTrue();
    }

    @Test
    void takesAnInputOutputFailureWithoutAStateForALostConnection() {
        assertThat(SqlFailures.isTransient(new SQLException("x", new IOException("reset"))))
                .isTrue();
        assertThat(SqlFailures.isTransient(new SQLException("x"))).isFalse();
    }

    @Test
    void leavesOutTheRowAtWhichACopyWasBrokenOff() {
        SQLException failure = failure("53100", "could not extend file", "COPY t, line 7: \"secret\"");
        assertThat((Throwable) failure).hasMessageContaining("secret");
        SQLException sanitized = SqlFailures.sanitized(failure);
        assertThat((Throwable) sanitized)
                .hasMessage("ERROR: could not extend file")
                .hasNoCause();
        assertThat(SqlFailures.isTransient(sanitized)).isTrue();
    }

    @Test
    void leavesOutTheTextOfErrorsOfData() {
        SQLException sanitized = SqlFailures.sanitized(failure("22P02", "invalid input: \"secret\"", "COPY t, line 7"));
        assertThat(sanitized.getMessage()).contains("22P02").doesNotContain("secret");
        assertThat(SqlFailures.isTransient(sanitized)).isFalse();
    }

    private static PSQLException failure(String state, String message, String where) {
        return new PSQLException(
                new ServerErrorMessage("SERROR\0VERROR\0C" + state + "\0M" + message + "\0W" + where + "\0"));
    }
}
