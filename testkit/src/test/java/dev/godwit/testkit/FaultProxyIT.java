package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.testkit.FaultProxy.Direction;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

@PostgresTest(version = "17")
class FaultProxyIT {
    private static Connection connect(FaultProxy proxy) throws SQLException {
        return DriverManager.getConnection(proxy.url("app"), "postgres", "");
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void passesEverythingOnUnchangedAndEndsWithTheConnection(PostgresServer server) throws SQLException {
        try (FaultProxy proxy = FaultProxy.before(server)) {
            try (Connection connection = connect(proxy)) {
                assertThat(query(connection, "SELECT md5(repeat('0123456789', 500000))"))
                        .isEqualTo(server.query("app", "SELECT md5(repeat('0123456789', 500000))")
                                .get(0));
                assertThat(query(connection, "SELECT repeat('0123456789', 500000)"))
                        .hasSize(5_000_000);
                assertThat(proxy.connections()).isEqualTo(1);
            }
            await().until(() -> proxy.connections() == 0);
        }
    }

    @Test
    void cutsConnectionsAndRefusesNewOnes(PostgresServer server) throws SQLException {
        try (FaultProxy proxy = FaultProxy.before(server);
                Connection connection = connect(proxy)) {
            proxy.cut();
            assertThatThrownBy(() -> query(connection, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThat(connection.isClosed()).isTrue();
            proxy.refuse(true);
            assertThatThrownBy(() -> connect(proxy)).isInstanceOf(SQLException.class);
            proxy.refuse(false);
            try (Connection again = connect(proxy)) {
                assertThat(query(again, "SELECT 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void stallsOneDirectionAndLosesNothing(PostgresServer server) throws Exception {
        server.execute("app", "CREATE TABLE t (a int)");
        try (FaultProxy proxy = FaultProxy.before(server);
                Connection connection = connect(proxy)) {
            proxy.stall(Direction.TO_CLIENT);
            CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return query(connection, "INSERT INTO t VALUES (7) RETURNING a");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() -> server.query("app", "SELECT a FROM t").contains("7"));
            assertThatThrownBy(() -> answer.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            proxy.resume();
            assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("7");
        }
    }

    @Test
    void endsAStalledConnectionThatIsCut(PostgresServer server) throws Exception {
        try (FaultProxy proxy = FaultProxy.before(server);
                Connection connection = connect(proxy)) {
            proxy.stall();
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() ->
                    assertThatThrownBy(() -> query(connection, "SELECT 1")).isInstanceOf(SQLException.class));
            assertThatThrownBy(() -> answer.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            proxy.cut();
            answer.get(5, TimeUnit.SECONDS);
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void delaysEachWay(PostgresServer server) throws SQLException {
        try (FaultProxy proxy = FaultProxy.before(server);
                Connection connection = connect(proxy)) {
            proxy.latency(Duration.ofMillis(100));
            long before = System.nanoTime();
            query(connection, "SELECT 1");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void resetsOnceAfterSoManyBytesOfADirection(PostgresServer server) throws SQLException {
        try (FaultProxy proxy = FaultProxy.before(server)) {
            try (Connection connection = connect(proxy)) {
                proxy.resetAfter(Direction.TO_CLIENT, 1_000_000);
                assertThat(query(connection, "SELECT repeat('x', 900000)")).hasSize(900_000);
                assertThatThrownBy(() -> query(connection, "SELECT repeat('x', 200000)"))
                        .isInstanceOf(SQLException.class);
            }
            try (Connection connection = connect(proxy)) {
                assertThat(query(connection, "SELECT repeat('x', 2000000)")).hasSize(2_000_000);
                server.execute("app", "CREATE TABLE t (a text)");
                proxy.resetAfter(Direction.TO_SERVER, 10_000);
                assertThatThrownBy(() -> {
                            try (Statement statement = connection.createStatement()) {
                                statement.execute("INSERT INTO t VALUES ('" + "x".repeat(20_000) + "')");
                            }
                        })
                        .isInstanceOf(SQLException.class);
                assertThat(server.query("app", "SELECT count(*) FROM t")).containsExactly("0");
            }
        }
    }

    @Test
    void letsOneDirectionDrip(PostgresServer server) throws SQLException {
        try (FaultProxy proxy = FaultProxy.before(server);
                Connection connection = connect(proxy)) {
            proxy.drip(Direction.TO_CLIENT, 20_000);
            assertThat(timeOf(connection, "SELECT repeat('x', 10000)")).isGreaterThanOrEqualTo(Duration.ofMillis(450));
            // 100 bytes back; as many as are sent would take 10 s
            assertThat(timeOf(connection, "SELECT '" + "x".repeat(200_000) + "' IS NULL"))
                    .isLessThan(Duration.ofSeconds(8));
            proxy.drip(Direction.TO_CLIENT, 0);
            proxy.latency(Direction.TO_SERVER, Duration.ofMillis(100));
            assertThat(timeOf(connection, "SELECT repeat('x', 200000)"))
                    .isBetween(Duration.ofMillis(100), Duration.ofSeconds(8));
        }
    }

    private static Duration timeOf(Connection connection, String sql) throws SQLException {
        long before = System.nanoTime();
        query(connection, sql);
        return Duration.ofNanos(System.nanoTime() - before);
    }

    @Test
    void tellsOneSideAloneThatTheOtherIsGone(PostgresServer server) throws SQLException {
        try (FaultProxy proxy = FaultProxy.before(server);
                Connection connection = connect(proxy);
                Connection another = connect(proxy)) {
            ServerSessions clients = ServerSessions.on(server).of(SessionKind.CLIENT);
            assertThat(clients.count()).isEqualTo(2);
            proxy.halfOpen(Direction.TO_CLIENT);
            assertThatThrownBy(() -> query(connection, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> query(another, "SELECT 1")).isInstanceOf(SQLException.class);
            try (Connection fresh = connect(proxy)) {
                assertThat(query(fresh, "SELECT 1")).isEqualTo("1");
                assertThat(clients.count())
                        .as("the server waits for both still")
                        .isEqualTo(3);
            }
            proxy.cut();
            await().until(() -> clients.count() == 0);
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void swallowsWhatAClientSaysToAServerThatIsGone(PostgresServer server) throws Exception {
        try (FaultProxy proxy = FaultProxy.before(server);
                Connection connection = connect(proxy)) {
            proxy.halfOpen(Direction.TO_SERVER);
            await().until(() -> ServerSessions.on(server).of(SessionKind.CLIENT).count() == 0);
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() ->
                    assertThatThrownBy(() -> query(connection, "SELECT 1")).isInstanceOf(SQLException.class));
            assertThatThrownBy(() -> answer.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            proxy.cut();
            answer.get(5, TimeUnit.SECONDS);
        }
    }
}
