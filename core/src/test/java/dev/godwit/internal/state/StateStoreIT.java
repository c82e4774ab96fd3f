package dev.godwit.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ServerConnections;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.PostgresTest;
import java.sql.Connection;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;

/** What several threads of a process ask of a migration's memory at the same time. */
@PostgresTest(version = "17")
final class StateStoreIT {
    private static final String MIGRATION = "memory";
    private static final String WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted";

    /** The cutover's decision has the record locked, its answer is lost, and somebody else is about to write the record. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void endsATransactionThatTheOwnersSessionWaitsFor(PostgresServer server) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("user", server.superuser());
        properties.setProperty("password", server.password());
        properties.setProperty("ApplicationName", "godwit-" + MIGRATION);
        ServerConnections target = ServerConnections.of(server.url("postgres"), properties);
        MigrationRecord record = new MigrationRecord(
                "1", 1, "app", "slot", "publication", MigrationPhase.CUTOVER, null, null, null, null);
        try (StateStore store = StateStore.register(target, MIGRATION, record)) {
            try (Connection deciding = target.open()) {
                deciding.setAutoCommit(false);
                store.recordDecision(deciding, Lsn.parse("0/1"));
                FutureTask<Boolean> ping = new FutureTask<>(() -> {
                    store.ping();
                    return true;
                });
                Thread other = new Thread(ping, "ping");
                other.setDaemon(true);
                other.start();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> !server.query("postgres", WAITING).isEmpty());
                store.end(deciding.unwrap(PGConnection.class).getBackendPID());
                assertThat(ping.get(30, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(store.record().cutoverStep()).isNull();
            store.forget();
        }
    }
}
