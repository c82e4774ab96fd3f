package dev.godwit.testkit;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@PostgresTest(version = "17")
class WriteWorkloadIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

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
        try (WriteWorkload workload = everyKind(database)
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
            assertThat(workload.verifyLeftBehind(database)).isEmpty();
            assertThat(workload.verifyLeftBehind(other))
                    .anyMatch(line -> line.contains("never committed here"))
                    .anyMatch(line -> line.contains("0 of"));
            assertThat(count(server, "workload.token")).isEqualTo(before);
            assertThat(Long.parseLong(server.query("other", "SELECT count(*) FROM workload.token")
                            .get(0)))
                    .isGreaterThan(200);
            assertThat(workload.statistics().longestGap()).isBetween(Duration.ofMillis(295), Duration.ofSeconds(5));
        }
    }

    /** One of a time on one database, each taken back, so that they need one workload. */
    @Test
    void findsWhatWasTamperedWithByItsKey(PostgresServer server, DataSource database) throws Exception {
        try (WriteWorkload workload =
                everyKind(database).seed(5).build().createTables().start()) {
            workload.awaitAcknowledged(600, LIMIT);
            assertThatThrownBy(() -> workload.verify(database)).isInstanceOf(IllegalStateException.class);
            workload.stop();
            assertThat(workload.verify(database)).isEmpty();
            DAMAGES.forEach((damage, finding) -> {
                try (Connection connection = database.getConnection();
                        Statement statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    statement.execute(damage);
                    assertThat(workload.verify(inside(connection)))
                            .as(damage)
                            .anyMatch(line -> line.matches(finding))
                            .last(as(STRING))
                            .startsWith("(workload with seed 5 writers 4 mix tokens=3,bank=3,");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(workload.verify(database)).as("all was taken back").isEmpty();
        }
        assertThat(server.query("app", "SELECT gid FROM pg_prepared_xacts")).isEmpty();
    }

    private static final Map<String, String> DAMAGES = Map.ofEntries(
            entry(
                    "DELETE FROM workload.token WHERE id = (SELECT min(id) FROM workload.token)",
                    "Acknowledged transaction .* tokens are present"),
            entry(
                    "ALTER TABLE workload.token DROP CONSTRAINT token_pkey;"
                            + " INSERT INTO workload.token SELECT * FROM workload.token LIMIT 1",
                    "Present twice: token .*"),
            entry("INSERT INTO workload.token VALUES (1, 0, 1, 0, '')", ".*did not write: token 0.*key 1.*"),
            entry(
                    "UPDATE workload.token SET id = id + 1 WHERE id = (SELECT min(id) FROM workload.token)",
                    ".*did not write.*"),
            entry("UPDATE workload.account SET balance = balance + 1 WHERE id = 5", "Accounts add up to 200001 .*"),
            entry(
                    "UPDATE workload.account SET balance = balance + CASE id WHEN 7 THEN 1 ELSE -1 END WHERE id IN (7, 9)",
                    "Key 7 of table workload.account has balance .*"),
            entry("DELETE FROM workload.account WHERE id = 5", "Key 5 of table workload.account is missing"),
            entry("INSERT INTO workload.account VALUES (200, 0)", "Key 200 of table workload.account is there .*"),
            entry("UPDATE workload.hot SET counter = counter - 1 WHERE id = 1", "Key 1 of table workload.hot has .*"),
            entry(
                    "UPDATE workload.document SET body = left(body, -1)"
                            + " WHERE id = (SELECT min(id) FROM workload.document)",
                    "Key \\d+ of table workload.document is not as .*"),
            entry(
                    "UPDATE workload.document SET edits = edits + 1"
                            + " WHERE id = (SELECT max(id) FROM workload.document)",
                    "Key \\d+ of table workload.document is not as .*"),
            entry(
                    "DELETE FROM workload.document WHERE id = (SELECT max(id) FROM workload.document)",
                    "Key \\d+ of table workload.document is missing"),
            entry(
                    "UPDATE workload.item SET id = 999999 WHERE id = (SELECT min(id) FROM workload.item)",
                    "Key 999999 of table workload.item is there .*"),
            entry(
                    "UPDATE workload.item SET price = price + 0.01 WHERE id = (SELECT min(id) FROM workload.item)",
                    "Key \\d+ of table workload.item is not as .*"),
            entry("UPDATE workload.refill SET turn = turn - 1", "Table workload.refill is as transaction \\d+ of .*"),
            entry("DELETE FROM workload.refill WHERE id = 1", "Table workload.refill has .* not all .*"),
            entry("TRUNCATE workload.refill", "Table workload.refill is as transaction 0 of .*"),
            entry("CREATE TABLE workload.passing_3 (id int)", "Present though dropped .*: passing_3"));

    private static WriteWorkloadBuilder everyKind(DataSource database) {
        return WriteWorkload.builder(database)
                .weight(WorkloadKind.TRUNCATES, 1)
                .weight(WorkloadKind.PREPARED, 1)
                .weight(WorkloadKind.DDL, 1);
    }

    /** That connection and its open transaction, which stays open; what is set up for a new one has no effect. */
    private static DataSource inside(Connection connection) {
        Connection kept = (Connection) Proxy.newProxyInstance(
                WriteWorkloadIT.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("createStatement")) {
                        return connection.createStatement();
                    }
                    return null;
                });
        return (DataSource) Proxy.newProxyInstance(
                WriteWorkloadIT.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> kept);
    }

    @Test
    void findsWhatIsLeftPrepared(PostgresServer server, DataSource database) throws Exception {
        try (WriteWorkload workload = WriteWorkload.builder(database)
                .mix(Map.of(WorkloadKind.PREPARED, 1))
                .build()
                .createTables()
                .start()) {
            workload.awaitAcknowledged(50, LIMIT);
            workload.stop();
            assertThat(workload.verify(database)).isEmpty();
            server.execute("app", "BEGIN; CREATE TABLE t (a int); PREPARE TRANSACTION 'workload of mine'");
            assertThat(workload.verify(database)).hasSize(2).contains("Still prepared: workload of mine");
            server.execute("app", "ROLLBACK PREPARED 'workload of mine'");
        }
    }

    @Test
    void keepsTheRateHoweverManyWriters(DataSource database) throws Exception {
        try (WriteWorkload workload = WriteWorkload.builder(database)
                .writers(7)
                .rate(200)
                .build()
                .createTables()
                .start()) {
            workload.awaitAcknowledged(20, LIMIT);
            long before = System.nanoTime();
            long first = workload.statistics().acknowledged();
            workload.awaitAcknowledged(first + 200, LIMIT);
            // one of twenty is rolled back, so these took 210 begins
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofMillis(850));
        }
    }

    @Test
    void stopsAWriterThatThinks(DataSource database) throws Exception {
        try (WriteWorkload workload = WriteWorkload.builder(database)
                .seed(1)
                .writers(1)
                .thinkTime(Duration.ofMinutes(10))
                .build()
                .createTables()
                .start()) {
            workload.awaitAcknowledged(1, LIMIT);
            long before = System.nanoTime();
            workload.stop();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(9));
        }
    }

    @Test
    void refusesWhatCannotBe(DataSource database) {
        WriteWorkloadBuilder builder = WriteWorkload.builder(database);
        assertThatThrownBy(() -> builder.mix(Map.of())).hasMessageContaining("a weight above 0");
        assertThatThrownBy(() -> builder.weight(WorkloadKind.BANK, -1)).hasMessageContaining("BANK");
        assertThatThrownBy(() -> builder.rate(0)).hasMessageContaining("rate");
        builder.mix(Map.of(WorkloadKind.BANK, 1));
        builder.rate(10).thinkTime(Duration.ofMillis(1));
        assertThatThrownBy(builder::build).hasMessageContaining("leave one out");
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
            WorkloadPlan plan = new WorkloadPlan(9, 1, WorkloadPlan.defaultMix());
            int number = 0;
            while (!new WorkloadTransaction(plan, 0, number).rolledBack) {
                number++;
            }
            insertToken(server, number, 0);
            assertThat(workload.verify(database)).hasSize(2).anyMatch(line -> line.contains("never committed"));
            insertToken(server, number, 100);
            assertThat(workload.verify(database)).hasSize(3).anyMatch(line -> line.contains("savepoint"));
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
