package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

@PostgresTest(version = "17", leakCheck = false)
class LeakCheckIT {
    @Test
    void findsEveryKindOfLeftoverOnTheServer(PostgresServer server) throws Exception {
        LeakCheck check = LeakCheck.begin(server).patience(Duration.ofMillis(500));
        assertThat(check.leaks()).isEmpty();
        server.execute(
                "app",
                "CREATE TABLE t (a int)",
                "CREATE PUBLICATION pub FOR TABLE t",
                "SELECT pg_create_logical_replication_slot('slot', 'pgoutput')",
                "SELECT pg_replication_origin_create('origin')",
                "BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'gid'",
                "CREATE SUBSCRIPTION sub CONNECTION 'dbname=x' PUBLICATION pub WITH (connect = false)");
        try (Connection open = server.connect("app");
                Statement statement = open.createStatement()) {
            statement.execute("SELECT 42");
            List<String> leaks = check.leaks();
            // a subscription brings an origin of its own
            assertThat(leaks).hasSize(7);
            assertThat(String.join("\n", leaks))
                    .contains("replication slot slot", "publication pub in app", "prepared transaction gid in app")
                    .contains("replication origin origin", "subscription sub", "SELECT 42");
        }
        assertThatThrownBy(check::assertNone).isInstanceOf(AssertionError.class).hasMessageContaining("slot slot");
        server.execute("app", "ALTER SUBSCRIPTION sub SET (slot_name = NONE)", "DROP SUBSCRIPTION sub");
        server.reset();
        check.assertNone();
    }

    @Test
    void findsThreadsAndTemporaryFiles(PostgresServer server) throws Exception {
        LeakCheck check = LeakCheck.begin(server).patience(Duration.ofMillis(500));
        CountDownLatch end = new CountDownLatch(1);
        Thread user = new Thread(() -> await(end), "plain");
        Thread own = new Thread(() -> await(end), "Godwit-worker");
        Thread daemon = new Thread(() -> await(end), "of no interest");
        own.setDaemon(true);
        daemon.setDaemon(true);
        List.of(user, own, daemon).forEach(Thread::start);
        Path file = Files.createTempFile("godwit-spool", ".tmp");
        assertThat(check.leaks())
                .hasSize(3)
                .anyMatch(leak -> leak.startsWith("thread plain"))
                .anyMatch(leak -> leak.startsWith("thread Godwit-worker"))
                .anyMatch(leak -> leak.contains(file.getFileName().toString()));
        end.countDown();
        Files.delete(file);
        check.assertNone();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
