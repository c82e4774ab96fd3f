package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** A server of the testkit plays somebody else's, which asks for a password and lets an ordinary role in. */
@PostgresTest(version = "17")
class ExternalServerIT {
    private static final String URL = ExternalServer.PROPERTY + "17";

    @BeforeEach
    void belongsToOthers(PostgresServer server) {
        server.execute(
                "postgres",
                "CREATE ROLE tester LOGIN CREATEDB REPLICATION PASSWORD 'pass&word'",
                "CREATE DATABASE others",
                "SELECT pg_create_physical_replication_slot('others')");
        server.execute("others", "CREATE PUBLICATION others");
        server.dropDatabase("app");
        server.hba("host all all 127.0.0.1/32 md5");
        System.setProperty(
                URL,
                "jdbc:postgresql://localhost:" + server.port()
                        + "/postgres?user=tester&sslmode=disable&password=pass%26word");
    }

    @AfterEach
    void isAsItWas(PostgresServer server) {
        System.clearProperty(URL);
        assertThat(server.query("postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'oth%'"))
                .containsExactly("others");
        server.execute("postgres", "SELECT pg_drop_replication_slot('others')");
        server.execute("others", "DROP PUBLICATION others");
    }

    private static Events run() {
        return EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .selectors(selectClass(Tests.class))
                .execute()
                .testEvents();
    }

    @Test
    void testsUseADatabaseOfTheirOwnOnItAndTouchNothingElse(PostgresServer server) {
        Events events = run();
        assertThat(events.failed().map(Event::getPayload).map(String::valueOf))
                .singleElement()
                .asString()
                .contains("replication slot left")
                .doesNotContain("others");
        events.assertStatistics(tests -> tests.succeeded(2).failed(1));
        assertThat(server.query("postgres", "SELECT slot_name FROM pg_replication_slots ORDER BY 1"))
                .contains("others");
        server.execute(
                "postgres",
                "SELECT pg_drop_replication_slot('left') FROM pg_replication_slots" + " WHERE slot_name = 'left'");
    }

    @Test
    void aDatabaseOfOthersInTheWayIsLeftAlone(PostgresServer server) {
        server.execute("postgres", "CREATE DATABASE app OWNER tester");
        run().assertStatistics(tests -> tests.failed(3));
        assertThat(run().failed().map(Event::getPayload).map(String::valueOf))
                .allSatisfy(
                        failure -> assertThat(failure).contains("Database app").contains("is left alone"));
    }

    @Test
    void aPairThatCannotBeMadeLeavesNoServerOpen(PostgresServer server) {
        server.execute("postgres", "CREATE DATABASE app OWNER tester");
        Set<PostgresServer> before = OpenServers.all();
        System.setProperty(ServerKind.PROPERTY + ".17", "external");
        try {
            assertThatThrownBy(() -> PostgresPair.start("13", "17")).hasMessageContaining("is left alone");
        } finally {
            System.clearProperty(ServerKind.PROPERTY + ".17");
        }
        assertThat(OpenServers.all()).isEqualTo(before);
    }

    @Test
    void whatIsMissingOrWrongIsNamedWithoutThePassword(PostgresServer server) {
        assertThatThrownBy(() -> ExternalServer.connect("17", true))
                .hasMessageContaining("No URL of a second external PostgreSQL 17: set GODWIT_TESTKIT_URL_17");
        System.setProperty(ExternalServer.PROPERTY + "13", System.getProperty(URL, ""));
        try {
            assertThatThrownBy(() -> ExternalServer.connect("13", false))
                    .hasMessageContaining("is of version 17")
                    .hasMessageNotContaining("pass");
        } finally {
            System.clearProperty(ExternalServer.PROPERTY + "13");
        }
        System.setProperty(URL, "localhost:5432?password=pass");
        assertThatThrownBy(() -> ExternalServer.connect("17", false))
                .hasMessageContaining("something else than the JDBC URL")
                .hasMessageNotContaining("pass=")
                .hasMessageNotContaining("localhost");
        assertThat(server.isRunning()).isTrue();
    }

    @PostgresTest(version = "17", servers = ServerKind.EXTERNAL)
    static class Tests {
        @Test
        void knowsWhoItIs(PostgresServer server, Connection connection) throws SQLException {
            assertThat(server.kind()).isEqualTo(ServerKind.EXTERNAL);
            assertThat(server.superuser() + "/" + server.password()).isEqualTo("tester/pass&word");
            assertThat(server.url("app")).endsWith("/app?sslmode=disable");
            assertThat(connection.getCatalog()).isEqualTo("app");
            assertThat(server.query("app", "SELECT count(*) FROM pg_class WHERE relname = 't'"))
                    .containsExactly("0");
            server.execute("app", "CREATE TABLE t (a int)");
        }

        @Test
        void cannotBeStopped(PostgresServer server) {
            assertThat(server.query("app", "SELECT count(*) FROM pg_class WHERE relname = 't'"))
                    .containsExactly("0");
            server.execute("app", "CREATE TABLE t (a int)");
            assertThatThrownBy(server::kill)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("ServerKind.EMBEDDED");
        }

        @Test
        void leavesASlot(PostgresServer server) {
            server.execute("app", "SELECT pg_create_logical_replication_slot('left', 'pgoutput')");
        }
    }
}
