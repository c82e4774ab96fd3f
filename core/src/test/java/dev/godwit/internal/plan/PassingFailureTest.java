package dev.godwit.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.ReplicationException;
import dev.godwit.result.MigrationException;
import java.net.SocketException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PassingFailureTest {
    private static SQLException sql(String state) {
        return new SQLException("x", state);
    }

    @ParameterizedTest
    @ValueSource(strings = {"08001", "08003", "08006", "57P01", "57P02", "57P03", "53300", "40001", "40P01", "55P03"})
    void lostConnectionsAndTheLikeMayPass(String state) {
        assertThat(PassingFailure.is(sql(state))).isTrue();
        assertThat(PassingFailure.is(new MigrationException(null, "x", sql(state))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"28P01", "3D000", "42501", "42P07", "23505", "53100", "57014", "22P02", "0A000"})
    void whatSomebodyHasToMendDoesNot(String state) {
        assertThat(PassingFailure.is(sql(state))).isFalse();
        assertThat(PassingFailure.is(new MigrationException(null, "x", sql(state))))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08001", "08003", "08006", "57P01", "57P02", "57P03"})
    void whoCannotBeReachedGivesNoAnswer(String state) {
        assertThat(PassingFailure.isOutOfReach(sql(state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"08004", "08P01", "28P01", "3D000", "42P01", "53300", "55P03", "57P04", "57014", "25006", ""})
    void whateverElseAServerSaysIsAnAnswer(String state) {
        assertThat(PassingFailure.isOutOfReach(sql(state))).isFalse();
        assertThat(PassingFailure.isOutOfReach(new SQLException("without a state")))
                .isFalse();
    }

    @Test
    void whatTheSubscriberGaveUpOnDoesNot() {
        assertThat(PassingFailure.is(new ReplicationException("tried for half an hour", sql("08006"))))
                .isFalse();
        assertThat(PassingFailure.is(new MigrationException(
                        null, "x", new ReplicationException("tried for half an hour", sql("08006")))))
                .isFalse();
    }

    @Test
    void ofSeveralFailuresOfACopyEachHasTo() {
        MigrationException failure = new MigrationException(null, "x", sql("57P01"));
        failure.addSuppressed(sql("08006"));
        assertThat(PassingFailure.is(failure)).isTrue();
        failure.addSuppressed(sql("42501"));
        assertThat(PassingFailure.is(failure)).isFalse();
    }

    @Test
    void aConnectionThatIsLostWhenItIsClosedMayComeAgain() {
        SQLException closing = new SQLException("unable to close", "", new SocketException("Connection reset by peer"));
        assertThat(PassingFailure.is(closing)).isTrue();
        assertThat(PassingFailure.isOutOfReach(closing)).isTrue();
        MigrationException failure = new MigrationException(null, "x", sql("08001"));
        failure.addSuppressed(closing);
        assertThat(PassingFailure.is(failure)).isTrue();
        failure.addSuppressed(new SQLException("another thing", "", new IllegalStateException("a bug")));
        assertThat(PassingFailure.is(failure)).isFalse();
    }

    @Test
    void whatIsNoFailureOfAServerDoesNot() {
        assertThat(PassingFailure.is(new IllegalStateException("a bug"))).isFalse();
        assertThat(PassingFailure.is(new MigrationException(null, "taken over", null)))
                .isFalse();
    }
}
