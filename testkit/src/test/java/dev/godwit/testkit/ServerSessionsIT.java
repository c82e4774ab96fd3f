package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;
import org.postgresql.PGConnection;

class ServerSessionsIT {
    private static Connection connect(PostgresServer server, String application, String... more) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("ApplicationName", application);
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return new Driver().connect(server.url("app"), properties);
    }

    @Test
    @PostgresTest(version = "17")
    void endsThoseThatAreMeantAndNoOthers(PostgresServer server) throws Exception {
        endEachKind(server);
    }

    @Test
    @PostgresTest(version = "9.6")
    void doesSoOnAServerThatDoesNotTellKindsItself(PostgresServer server) throws Exception {
        endEachKind(server);
    }

    private static void endEachKind(PostgresServer server) throws Exception {
        server.execute("app", "CREATE SCHEMA godwit", "CREATE TABLE godwit.apply_progress (a int)");
        try (Connection client = connect(server, "shop");
                Connection owner = connect(server, "godwit-x");
                Connection applier = connect(server, "godwit-x");
                Connection copier = connect(server, "godwit-y")) {
            execute(owner, "SELECT pg_advisory_lock(1, 2)");
            applier.setAutoCommit(false);
            execute(applier, "INSERT INTO godwit.apply_progress VALUES (1)");
            copier.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY godwit.apply_progress FROM STDIN");
            ServerSessions all = ServerSessions.on(server);
            assertThat(all.count()).isEqualTo(4);
            assertThat(all.named("godwit-x").count()).isEqualTo(2);
            assertThat(all.of(SessionKind.MIGRATION).count()).isEqualTo(3);
            assertThat(all.of(SessionKind.MIGRATION).named("godwit-y").count()).isEqualTo(1);
            assertThat(all.of(SessionKind.WALSENDER).terminate()).isZero();
            end(all, SessionKind.COPY);
            end(all, SessionKind.APPLY);
            assertThat(applier.isValid(5)).isFalse();
            assertThat(owner.isValid(5)).isTrue();
            end(all, SessionKind.CONTROL);
            assertThat(owner.isValid(5)).isFalse();
            assertThat(client.isValid(5)).isTrue();
            assertThat(all.of(SessionKind.CLIENT).terminateOne()).isEqualTo(1);
            await().until(() -> all.count() == 0);
            assertThat(client.isValid(5)).isFalse();
        }
    }

    /** One, and no other. */
    private static void end(ServerSessions all, SessionKind kind) {
        int before = all.count();
        assertThat(all.of(kind).count()).as(kind.toString()).isEqualTo(1);
        assertThat(all.of(kind).terminate()).isEqualTo(1);
        await().until(() -> all.count() == before - 1);
    }

    @Test
    @PostgresTest(version = "17")
    void endsAWalsender(PostgresServer server) throws Exception {
        try (Connection client = connect(server, "shop");
                Connection subscriber = connect(
                        server,
                        "godwit-x",
                        "replication",
                        "database",
                        "assumeMinServerVersion",
                        "10",
                        "preferQueryMode",
                        "simple")) {
            ServerSessions walsenders = ServerSessions.on(server).of(SessionKind.WALSENDER);
            await().until(() -> walsenders.count() == 1);
            assertThat(walsenders.terminate()).isEqualTo(1);
            await().until(() -> walsenders.count() == 0);
            assertThat(subscriber.isValid(5)).isFalse();
            assertThat(client.isValid(5)).isTrue();
        }
    }

    private static void execute(Connection connection, String sql) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
