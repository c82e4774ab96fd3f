package dev.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A running transaction stands for one that is in the middle of its commit: no other session can tell them apart. */
@Tag("R5")
final class UnfinishedCommitsIT {

    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(strings = {"10", "13", "17", "18"})
    void areWaitedFor(String major) throws Exception {
        try (PostgresServer server = PostgresServer.builder(major).start();
                Connection before = server.connect();
                Connection unfinished = server.connect();
                Connection after = server.connect();
                Connection other = server.connect()) {
            begin(before);
            long xid = begin(unfinished);
            String committed = xid + ":" + (xid + 1) + ":";
            String older = (xid - 1) + ":" + (xid + 1) + ":" + (xid - 1);
            assertThatThrownBy(() -> UnfinishedCommits.await(committed, other, SHORT))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("pg_stat_activity");
            begin(after);
            assertThatThrownBy(() -> UnfinishedCommits.await(older, other, SHORT))
                    .isInstanceOf(SQLException.class);
            // What the snapshot takes for running is in the stream, and need not be waited for.
            UnfinishedCommits.await((xid - 1) + ":" + (xid + 1) + ":" + (xid - 1) + "," + xid, other, SHORT);
            UnfinishedCommits.await(UnfinishedCommits.snapshot(other), other, SHORT);

            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
                try {
                    UnfinishedCommits.await(older, other, LONG);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            TimeUnit.MILLISECONDS.sleep(100);
            assertThat(waiting).isNotDone();
            unfinished.commit();
            waiting.get(LONG.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static long begin(Connection session) throws SQLException {
        session.setAutoCommit(false);
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("SELECT txid_current()")) {
            row.next();
            return row.getLong(1);
        }
    }
}
