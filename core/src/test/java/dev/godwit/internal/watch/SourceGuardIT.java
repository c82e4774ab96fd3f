package dev.godwit.internal.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.internal.plan.LimitSettings;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.PostgresTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A guard alone, which asks what a migration costs its source. */
@PostgresTest(version = "15")
final class SourceGuardIT {

    /** The server cuts the names of applications. */
    @Test
    void knowsTheSessionsOfAMigrationWithTheLongestName(PostgresServer server) throws Exception {
        String migration = "m".repeat(63);
        server.execute("postgres", "CREATE TABLE item (id int)");
        List<String> warnings = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> waiter;
        try (Connection own = server.connect("postgres")) {
            own.setAutoCommit(false);
            execute(own, "SET application_name = 'godwit-" + migration + "'", "LOCK TABLE item IN ACCESS SHARE MODE");
            waiter = CompletableFuture.runAsync(() -> server.execute("postgres", "DROP TABLE item"));
            await().atMost(Duration.ofSeconds(5)).until(() -> {
                new SourceGuard(migration, "godwit_m", new LimitSettings(0, 0, false, false), warnings::add).look(own);
                return !warnings.isEmpty();
            });
        }
        waiter.join();
        assertThat(warnings).first().asString().contains("waits for AccessExclusiveLock on table public.item");
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
