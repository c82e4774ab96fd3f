package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresServerIT {
    @ParameterizedTest
    @ValueSource(strings = {"9.6", "10", "13", "15", "17", "18"})
    void startsStopsAndRecoversInEveryMode(String major) {
        try (PostgresServer server = PostgresServer.builder(major).start()) {
            assertThat(server.query("postgres", "SHOW server_version").get(0)).startsWith(major + ".");
            server.execute("postgres", "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            int port = server.port();
            server.stop(StopMode.FAST);
            assertThat(server.isRunning()).isFalse();
            assertThatThrownBy(server::connect).isInstanceOf(SQLException.class);
            server.start();
            server.execute("postgres", "INSERT INTO t VALUES (2)");
            server.stop(StopMode.IMMEDIATE);
            server.start();
            server.execute("postgres", "INSERT INTO t VALUES (3)");
            server.kill();
            server.start();
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.query("postgres", "SELECT id FROM t ORDER BY id")).containsExactly("1", "2", "3");
            assertThat(server.log()).contains("database system was not properly shut down");
        }
    }

    @Test
    void runsSeveralVersionsAtOnceEachWithItsOwnIdentity() {
        try (PostgresServer old = PostgresServer.builder(10).start();
                PostgresServer fresh = PostgresServer.builder(18).start();
                PostgresServer twin = PostgresServer.builder(18).start()) {
            String identity = "SELECT system_identifier::text FROM pg_control_system()";
            assertThat(List.of(
                            old.query("postgres", identity).get(0),
                            fresh.query("postgres", identity).get(0),
                            twin.query("postgres", identity).get(0)))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void isKilledTogetherWithABusyBackend() throws Exception {
        try (PostgresServer server = PostgresServer.builder(17).start();
                Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t AS SELECT 1 AS a");
            Thread busy = new Thread(() -> {
                try (Statement loop = connection.createStatement()) {
                    loop.execute("DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$");
                } catch (SQLException e) {
                    // what the kill does to it
                }
            });
            busy.start();
            while (server.query("postgres", "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'DO %'")
                    .isEmpty()) {
                Thread.onSpinWait();
            }
            server.kill();
            server.start();
            assertThat(server.query("postgres", "SELECT a FROM t")).containsExactly("1");
            busy.join(10_000);
            assertThat(busy.isAlive()).isFalse();
        }
    }

    @Test
    void obeysItsParametersAndChangesThem() {
        try (PostgresServer server = PostgresServer.builder(15)
                .parameter("work_mem", "7MB")
                .durable(true)
                .start()) {
            assertThat(server.query("postgres", "SHOW work_mem")).containsExactly("7MB");
            assertThat(server.query("postgres", "SHOW fsync")).containsExactly("on");
            assertThat(server.query("postgres", "SHOW wal_level")).containsExactly("logical");
            server.setParameter("work_mem", "9MB");
            server.setParameter("max_connections", "42");
            server.reload();
            assertThat(server.query("postgres", "SHOW work_mem")).containsExactly("9MB");
            assertThat(server.query("postgres", "SHOW max_connections")).containsExactly("100");
            server.restart();
            assertThat(server.query("postgres", "SHOW max_connections")).containsExactly("42");
            server.setParameter("no_such_parameter", "1");
            assertThatThrownBy(server::reload)
                    .isInstanceOf(TestkitException.class)
                    .hasMessageContaining("testkit.conf line")
                    .hasMessageContaining("no_such_parameter unrecognized configuration parameter");
        }
    }

    @Test
    void demandsPasswordsAndRefusesReplicationByHba() throws Exception {
        // its log tells nobody of a reload
        try (PostgresServer server = PostgresServer.builder(13)
                .parameter("log_min_messages", "fatal")
                .start()) {
            server.execute("postgres", "CREATE ROLE alice LOGIN REPLICATION PASSWORD 'secret'");
            try (Connection trusted = server.connect("postgres", "alice", "")) {
                assertThat(trusted.isValid(5)).isTrue();
            }
            server.hba("host all alice 127.0.0.1/32 md5");
            assertThatThrownBy(() -> server.connect("postgres", "alice", "wrong"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
            try (Connection known = server.connect("postgres", "alice", "secret")) {
                assertThat(known.isValid(5)).isTrue();
            }
            server.hba();
            assertThatThrownBy(() -> server.connect("postgres", "alice", "secret"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
            server.resetHba();
            try (Connection trusted = server.connect("postgres", "alice", "")) {
                assertThat(trusted.isValid(5)).isTrue();
            }
        }
    }

    @Test
    void keepsANamedDirectoryAndRemovesATemporaryOne(@TempDir Path directory) {
        PostgresServer named = PostgresServer.builder(17).directory(directory).start();
        named.execute("postgres", "CREATE TABLE kept (a int)");
        assertThatThrownBy(() -> PostgresServer.builder(17).directory(directory).start())
                .hasMessageContaining("is in use by the server with process");
        named.close();
        try (PostgresServer again =
                PostgresServer.builder(17).directory(directory).start()) {
            assertThat(again.query("postgres", "SELECT count(*) FROM kept")).containsExactly("0");
        }
        PostgresServer temporary = PostgresServer.builder(17).start();
        Path data = temporary.dataDirectory();
        assertThat(data).exists();
        Path blocked = directory.resolve("nothing/kept");
        assertThatThrownBy(() -> temporary.keep(blocked)).hasMessageContaining("Cannot move");
        temporary.start();
        assertThat(temporary.query("postgres", "SELECT 1"))
                .as("what could not be kept goes on")
                .containsExactly("1");
        temporary.close();
        assertThat(Files.exists(data.getParent())).isFalse();
    }

    @Test
    void saysWhyItDoesNotStart() {
        assertThatThrownBy(() -> PostgresServer.builder(17)
                        .parameter("wal_level", "nonsense")
                        .start())
                .isInstanceOf(TestkitException.class)
                .hasMessageContaining("invalid value for parameter \"wal_level\"");
        assertThatThrownBy(() -> PostgresServer.builder("8.4")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void dropsADatabaseWithWhatHoldsIt() throws Exception {
        try (PostgresServer server = PostgresServer.builder(10).start()) {
            String name = "we\"ird Näme";
            server.createDatabase(name);
            try (Connection open = server.connect(name);
                    Statement statement = open.createStatement()) {
                statement.execute("CREATE TABLE t (a int)");
                statement.execute("SELECT pg_create_logical_replication_slot('s', 'pgoutput')");
                statement.execute("BEGIN");
                statement.execute("INSERT INTO t VALUES (1)");
                statement.execute("PREPARE TRANSACTION 'p'");
                server.createDatabase("copy", "template1");
                server.execute(
                        name,
                        "CREATE SUBSCRIPTION \"sub S\" CONNECTION 'host=127.0.0.1 port=1 dbname=app' PUBLICATION p"
                                + " WITH (connect = false)",
                        "ALTER SUBSCRIPTION \"sub S\" ENABLE");
                server.execute("postgres", "ALTER DATABASE \"we\"\"ird Näme\" ALLOW_CONNECTIONS false");
                server.dropDatabase(name);
                assertThat(server.query("postgres", "SELECT datname FROM pg_database WHERE NOT datistemplate"))
                        .containsExactlyInAnyOrder("postgres", "copy");
            }
        }
    }
}
