package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Feedback goes on while the target has no time: a large transaction, and locks that last for several times
 * {@code wal_sender_timeout}. {@code -Dgodwit.feedback.rows} gives the rows of the transaction (300,000),
 * {@code -Dgodwit.feedback.timeout} the timeout in seconds (1).
 */
@Tag("F7")
final class BlockedTargetIT {

    private static final int ROWS = Integer.getInteger("godwit.feedback.rows", 300_000);
    private static final int TIMEOUT_SECONDS = Integer.getInteger("godwit.feedback.timeout", 1);

    @ParameterizedTest
    @ValueSource(strings = {"the table", "the position"})
    void neverReconnectsAndConfirmsNothingWhileTheTargetIsBlocked(String what) throws Exception {
        try (PostgresServer source = PostgresServer.builder(15)
                        .parameter("wal_sender_timeout", TIMEOUT_SECONDS + "s")
                        .start();
                Replica replica = new Replica(source, Servers.of(15), "CREATE TABLE t (id int)").started()) {
            replica.source("INSERT INTO t VALUES (0)");
            replica.sync();
            try (Connection blocker = replica.target.open()) {
                blocker.setAutoCommit(false);
                Replica.execute(
                        blocker,
                        what.equals("the table")
                                ? "LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE"
                                : "SELECT * FROM godwit.apply_progress FOR UPDATE");
                replica.source("INSERT INTO t SELECT generate_series(1, " + ROWS + ")");
                Thread.sleep(TIMEOUT_SECONDS * 4000L);
                assertThat(confirmed(replica)).as("confirmed while blocked").isLessThanOrEqualTo(stored(replica));
                assertThat(replica.subscriber().status().reconnects()).isZero();
                blocker.rollback();
            }
            assertThat(replica.subscriber().awaitApplied(replica.end(), Duration.ofMinutes(10)))
                    .isTrue();
            assertThat(replica.targetQuery("SELECT count(*) FROM t")).containsExactly(Integer.toString(ROWS + 1));
            assertThat(replica.subscriber().status().reconnects()).isZero();
            assertThat(source.log()).doesNotContain("replication timeout");
        }
    }

    private static Lsn confirmed(Replica replica) throws SQLException {
        return ReplicationSlots.state(replica.sourceSession, replica.name)
                .orElseThrow()
                .confirmedFlush();
    }

    private static Lsn stored(Replica replica) throws SQLException {
        return Lsn.parse(replica.targetQuery("SELECT applied_lsn FROM godwit.apply_progress")
                .get(0));
    }
}
