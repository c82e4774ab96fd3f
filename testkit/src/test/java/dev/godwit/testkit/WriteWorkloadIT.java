package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@PostgresTest(version = "17")
class WriteWorkloadIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    @PostgresTest(version = "10")
    void findsEverythingInOrderAfterAQuietRunOnAnOldServer(PostgresServer server, DataSource database)
            throws Exception {
        try (WriteWorkload workload =
                WriteWorkload.builder(database).seed(1).build().createTables().start()) {
            workload.awaitAcknowledged(2_000, LIMIT);
            workload.stop();
            assertThat(workload.verify(database)).isEmpty();
            WorkloadStatistics statistics = workload.statistics();
            assertThat(statistics.failed()).as(statistics.lastError()).isZero();
            assertThat(statistics.inDoubt()).isZero();
            assertThat(statistics.longestGap()).isPositive().isLessThan(LIMIT);
            long tokens = count(server, "workload.token");
            assertThat(tokens)
                    .as("more than half of all rows are written once")
                    .isGreaterThan(count(server, "workload.item")
                            + count(server, "workload.document")
                            + count(server, "workload.account"));
            assertThat(count(server, "workload.item")).isPositive();
            assertThat(count(server, "workload.document")).isPositive();
            assertThat(server.query(
                            "app",
                            "SELECT pg_relation_size(reltoastrelid) > 0 FROM pg_class WHERE relname = 'document'"))
                    .containsExactly("t");
        }
    }

    @Test
    void doesTheSameAgainFromTheSameSeed(PostgresServer server) throws Exception {
        List<String> contents = new ArrayList<>();
        for (String name : List.of("one", "two")) {
            server.createDatabase(name);
            DataSource database = server.dataSource(name);
            try (WriteWorkload workload = WriteWorkload.builder(database)
                    .seed(77)
                    .writers(1)
                    .build()
                    .createTables()
                    .start()) {
                workload.awaitAcknowledged(300, LIMIT);
            }
            contents.addAll(
                    server.query(
                            name,
                            "SELECT md5(string_agg(id || payload, ',' ORDER BY number, ordinal)) FROM workload.token WHERE number < 250"));
        }
        assertThat(contents).hasSize(2);
        assertThat(contents.get(0)).isEqualTo(contents.get(1));
    }

    @Test
    void goesOnAfterAKillOfTheServerAndKnowsWhatItMayHaveLost(
            PostgresServer server, DataSource database, @TempDir Path files) throws Exception {
        Path journal = files.resolve("journal");
        try (WriteWorkload workload = WriteWorkload.builder(database)
                .seed(3)
                .writers(6)
                .journal(journal)
                .build()
                .createTables()
                .start()) {
            for (int round = 1; round <= 3; round++) {
                workload.awaitAcknowledged(workload.statistics().acknowledged() + 300, LIMIT);
                server.kill();
                server.start();
            }
            workload.awaitAcknowledged(workload.statistics().acknowledged() + 300, LIMIT);
            workload.stop();
            assertThat(workload.verify(database)).isEmpty();
            assertThat(WriteWorkload.verify(journal, database)).isEmpty();
            WorkloadStatistics statistics = workload.statistics();
            assertThat(statistics.failed() + statistics.inDoubt()).isPositive();
            assertThat(statistics.lastError()).isNotEmpty();
        }
    }

    @Test
    void switchesWritersThatHangOnAFenceAndMeasuresThePause(PostgresServer server, DataSource database)
            throws Exception {
        server.createDatabase("other");
        DataSource other = server.dataSource("other");
        try (WriteWorkload elsewhere = WriteWorkload.builder(other).build();
                WriteWorkload workload =
                        WriteWorkload.builder(database).build().createTables().start()) {
            elsewhere.createTables();
            workload.awaitAcknowledged(200, LIMIT);
            long before;
            try (Connection fence = server.connect("app");
                    Statement statement = fence.createStatement()) {
                fence.setAutoCommit(false);
                workload.resetLongestGap();
                statement.execute("LOCK TABLE workload.token IN SHARE ROW EXCLUSIVE MODE");
                before = count(server, "workload.token");
                TimeUnit.MILLISECONDS.sleep(300); // how long the pause is to be
                workload.switchTo(other);
                workload.awaitAcknowledged(workload.statistics().acknowledged() + 200, LIMIT);
            }
            workload.stop();
            assertThat(count(server, "workload.token")).isEqualTo(before);
            assertThat(Long.parseLong(server.query("other", "SELECT count(*) FROM workload.token")
                            .get(0)))
                    .isGreaterThan(200);
            assertThat(workload.statistics().longestGap()).isBetween(Duration.ofMillis(295), Duration.ofSeconds(5));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    DELETE FROM workload.token WHERE id = (SELECT min(id) FROM workload.token)      | Acknowledged transaction
                    ALTER TABLE workload.token DROP CONSTRAINT token_pkey; INSERT INTO workload.token SELECT * FROM workload.token LIMIT 1 | Present twice
                    INSERT INTO workload.token VALUES (1, 0, 1, 0, '')                              | did not write
                    UPDATE workload.token SET id = id + 1 WHERE id = (SELECT min(id) FROM workload.token) | did not write
                    UPDATE workload.account SET balance = balance + 1 WHERE id = 5                  | Accounts add up
                    DELETE FROM workload.account WHERE id = 5                                       | 199 accounts
                    UPDATE workload.hot SET counter = counter - 1 WHERE id = 1                      | Hot counters
                    UPDATE workload.document SET body = left(body, -1) WHERE id = (SELECT min(id) FROM workload.document) | digest
                    """)
    void findsWhatWasTamperedWith(String damage, String finding, PostgresServer server, DataSource database)
            throws Exception {
        try (WriteWorkload workload =
                WriteWorkload.builder(database).build().createTables().start()) {
            workload.awaitAcknowledged(150, LIMIT);
            assertThatThrownBy(() -> workload.verify(database)).isInstanceOf(IllegalStateException.class);
            workload.stop();
            assertThat(workload.verify(database)).isEmpty();
            server.execute("app", damage);
            assertThat(workload.verify(database)).isNotEmpty().anyMatch(line -> line.contains(finding));
        }
    }

    @Test
    void findsTokensThatWereRolledBack(PostgresServer server, DataSource database) throws Exception {
        try (WriteWorkload workload = WriteWorkload.builder(database)
                .seed(9)
                .writers(1)
                .build()
                .createTables()
                .start()) {
            workload.awaitAcknowledged(100, LIMIT);
            workload.stop();
            int number = 0;
            while (!new WorkloadTransaction(9, 0, number).rolledBack) {
                number++;
            }
            insertToken(server, number, 0);
            assertThat(workload.verify(database)).singleElement().asString().contains("never committed");
            insertToken(server, number, 100);
            assertThat(workload.verify(database)).hasSize(2).anyMatch(line -> line.contains("savepoint"));
        }
    }

    private static void insertToken(PostgresServer server, int number, int ordinal) throws SQLException {
        server.execute(
                "app",
                "INSERT INTO workload.token VALUES (" + WorkloadTransaction.tokenId(0, number, ordinal) + ", 0, "
                        + number + ", " + ordinal + ", '')");
    }

    private static long count(PostgresServer server, String table) {
        return Long.parseLong(
                server.query("app", "SELECT count(*) FROM " + table).get(0));
    }
}
