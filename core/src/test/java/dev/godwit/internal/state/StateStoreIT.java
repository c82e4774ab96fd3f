package dev.godwit.internal.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ServerConnections;
import dev.godwit.schema.TableName;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.PostgresTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;

/** What a migration's memory takes, and what it does not, whoever asks at the same time. */
@PostgresTest(version = "17")
final class StateStoreIT {
    private static final String MIGRATION = "memory";
    private static final TableName TABLE = new TableName("public", "item");
    private static final String WAITING = "SELECT 1 FROM pg_locks WHERE NOT granted";

    private static StateStore register(ServerConnections target) throws SQLException {
        return StateStore.register(
                target,
                MIGRATION,
                new MigrationRecord(
                        "1", 1, "app", "slot", "publication", MigrationPhase.CUTOVER, null, null, null, null));
    }

    private static ServerConnections connections(PostgresServer server) {
        Properties properties = new Properties();
        properties.setProperty("user", server.superuser());
        properties.setProperty("password", server.password());
        properties.setProperty("ApplicationName", "godwit-" + MIGRATION);
        return ServerConnections.of(server.url("postgres"), properties);
    }

    @Test
    void recordsNothingOfTablesOnceAnotherProcessIsTheOwner(PostgresServer server) throws Exception {
        try (StateStore store = register(connections(server))) {
            server.execute("postgres", "UPDATE godwit.migration SET owner_epoch = owner_epoch + 1");
            assertThatThrownBy(() -> store.tables().record(List.of(TABLE), List.of(), Map.of()))
                    .hasMessageContaining("taken over by another process");
            assertThat(server.query("postgres", "SELECT table_name FROM godwit.table_state"))
                    .isEmpty();
            server.execute("postgres", "UPDATE godwit.migration SET owner_epoch = owner_epoch - 1");
            store.tables().record(List.of(TABLE), List.of(), Map.of());
            assertThat(store.tables().all()).containsExactly(TABLE);
            store.forget();
        }
    }

    @Test
    void doesNotTakeAPartForCopiedThatWasClaimedAndNotRecorded(PostgresServer server) throws Exception {
        ServerConnections target = connections(server);
        Lsn point = Lsn.parse("0/1");
        try (StateStore store = register(target);
                Connection copying = target.open()) {
            store.tables().record(List.of(TABLE), List.of(), Map.of());
            ChunkMarks marks = store.marks().chunks();
            marks.split(copying, TABLE, point);
            assertThat(marks.claim(copying, TABLE, 0, point)).isTrue();
            assertThatThrownBy(() -> marks.sum(copying, TABLE, 1, point))
                    .hasMessageContaining("holds 0 of its 1 parts");
            assertThat(marks.claim(copying, TABLE, 0, point)).isTrue();
            marks.record(copying, TABLE, 0, 0, 19);
            assertThat(marks.claim(copying, TABLE, 0, point)).isFalse();
            assertThat(marks.sum(copying, TABLE, 1, point).bytes()).isEqualTo(19);
            store.forget();
        }
    }

    /** Advisory locks are a database's own, but the server shows those of all. */
    @Test
    void namesTheSessionOfItsOwnDatabaseThatHasTheLock(PostgresServer server) throws Exception {
        server.createDatabase("other");
        try (StateStore store = register(connections(server));
                Connection other =
                        DriverManager.getConnection(server.url("other"), server.superuser(), server.password());
                Statement statement = other.createStatement()) {
            String owner = server.query("postgres", "SELECT pid FROM pg_locks WHERE locktype = 'advisory'")
                    .get(0);
            statement.execute("SELECT pg_advisory_lock(7166213, hashtext('" + MIGRATION + "'))");
            ServerConnections target = connections(server);
            assertThatThrownBy(() -> StateStore.succeed(target, MIGRATION))
                    .hasMessageContaining("(session " + owner + " on " + target + ")");
            store.forget();
        } finally {
            server.dropDatabase("other");
        }
    }

    @Test
    void forgetsAllOrNothing(PostgresServer server) throws Exception {
        try (StateStore store = register(connections(server))) {
            server.execute(
                    "postgres",
                    "CREATE TABLE godwit.apply_progress (migration text)",
                    "INSERT INTO godwit.apply_progress VALUES ('" + MIGRATION + "')",
                    "CREATE FUNCTION godwit.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$",
                    "CREATE TRIGGER refuse BEFORE DELETE ON godwit.apply_progress FOR EACH ROW EXECUTE FUNCTION godwit.refuse()");
            assertThatThrownBy(store::forget).hasMessageContaining("not now");
            assertThat(store.record().slot()).isEqualTo("slot");
            server.execute("postgres", "DROP FUNCTION godwit.refuse() CASCADE");
            store.forget();
            assertThat(server.query("postgres", "SELECT 1 FROM pg_namespace WHERE nspname = 'godwit'"))
                    .isEmpty();
        }
    }

    @Test
    void beginsWithNothingOfOneWhoseRecordWasDeleted(PostgresServer server) throws Exception {
        try (StateStore store = register(connections(server))) {
            server.execute(
                    "postgres",
                    "CREATE TABLE godwit.apply_progress (migration text)",
                    "INSERT INTO godwit.apply_progress VALUES ('" + MIGRATION + "'), ('another')",
                    "DELETE FROM godwit.migration");
            assertThat(store.ownership().epoch()).isPositive();
        }
        try (StateStore store = register(connections(server))) {
            assertThat(server.query("postgres", "SELECT migration FROM godwit.apply_progress"))
                    .containsExactly("another");
            store.forget();
        }
    }

    /** The cutover's decision has the record locked, its answer is lost, and somebody else is about to write the record. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void endsATransactionThatTheOwnersSessionWaitsFor(PostgresServer server) throws Exception {
        ServerConnections target = connections(server);
        try (StateStore store = register(target)) {
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
