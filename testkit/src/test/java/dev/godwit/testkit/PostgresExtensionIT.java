package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class PostgresExtensionIT {
    private static final List<Integer> PORTS = new ArrayList<>();

    @Test
    void injectsBothSidesAndResetsThemBetweenTests() {
        PORTS.clear();
        run(WellBehaved.class).testEvents().assertStatistics(tests -> tests.succeeded(4));
        assertThat(PORTS).hasSize(3);
        assertThat(PORTS.get(1)).as("the server is started once").isEqualTo(PORTS.get(0));
        assertThat(PORTS.get(2)).as("two servers of one version").isNotEqualTo(PORTS.get(1));
    }

    @Test
    void failsATestThatLeavesSomethingBehindUnlessToldNotTo() throws Exception {
        Path log = Path.of("target/postgres-logs/Leaky.leavesASlot-source-13.log");
        Files.deleteIfExists(log);
        EngineExecutionResults results = run(Leaky.class);
        results.testEvents().assertStatistics(tests -> tests.succeeded(1).failed(2));
        assertThat(results.testEvents().failed().map(Event::getPayload).map(String::valueOf))
                .anySatisfy(failure -> assertThat(failure).contains("replication slot left"))
                .anySatisfy(failure -> assertThat(failure).contains("the test's own failure"));
        assertThat(log).content().contains("pg_create_logical_replication_slot");
    }

    private static EngineExecutionResults run(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .selectors(selectClass(tests))
                .execute();
    }

    @PostgresPairTest(source = "13", target = "17")
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class WellBehaved {
        @Test
        @Order(1)
        void leavesADatabaseARoleAndAParameter(PostgresPair pair, @OnTarget Connection target) throws SQLException {
            PORTS.add(pair.source().port());
            pair.source().execute("app", "CREATE TABLE t (a int)");
            pair.source()
                    .execute("postgres", "CREATE TABLE t (a int)", "CREATE ROLE bob", "CREATE DATABASE bobs OWNER bob");
            pair.source().execute("postgres", "GRANT ALL ON TABLE t TO bob", "ALTER ROLE ALL SET work_mem = '5MB'");
            pair.source().execute("postgres", "ALTER SYSTEM SET work_mem = '6MB'");
            pair.source().setParameter("max_connections", "33");
            pair.source().restart();
            pair.source().hba();
            pair.target().kill();
            assertThat(target.getMetaData().getDatabaseMajorVersion()).isEqualTo(17);
        }

        @Test
        @Order(2)
        void findsNothingOfIt(PostgresPair pair, @OnSource PostgresServer source, @OnTarget DataSource target)
                throws SQLException {
            PORTS.add(source.port());
            assertThat(source.major()).isEqualTo("13");
            String tables = "SELECT count(*) FROM pg_class WHERE relname = 't'";
            assertThat(source.query("app", tables)).containsExactly("0");
            assertThat(source.query("postgres", tables)).containsExactly("0");
            assertThat(source.query("postgres", "SELECT 1 FROM pg_roles WHERE rolname = 'bob'"))
                    .isEmpty();
            assertThat(source.query("postgres", "SELECT 1 FROM pg_database WHERE datname = 'bobs'"))
                    .isEmpty();
            assertThat(source.query("postgres", "SHOW max_connections")).containsExactly("100");
            assertThat(source.query("postgres", "SHOW work_mem")).containsExactly("4MB");
            try (Connection connection = target.getConnection();
                    Connection nobody = source.connect("app", "postgres", "")) {
                assertThat(connection.getCatalog()).isEqualTo(pair.database());
                assertThat(nobody.isValid(5)).isTrue();
            }
        }

        @Test
        @Order(3)
        @PostgresPairTest(source = "17", target = "17")
        void takesTheMethodsVersionsBeforeTheClasss(@OnSource PostgresServer source, @OnTarget PostgresServer target) {
            PORTS.add(source.port());
            assertThat(source.major()).isEqualTo(target.major()).isEqualTo("17");
            assertThat(source).isNotSameAs(target);
        }

        @Test
        @Order(4)
        @PostgresTest(version = "10")
        void mayUseOneServerAlone(PostgresServer server, DataSource database) throws SQLException {
            try (Connection connection = database.getConnection()) {
                assertThat(connection.getMetaData().getDatabaseMajorVersion())
                        .isEqualTo(Integer.parseInt(server.major()));
            }
        }
    }

    @PostgresPairTest(source = "13", target = "17")
    static class Leaky {
        @Test
        void leavesASlot(PostgresPair pair) {
            pair.source()
                    .execute(
                            "app",
                            "SET log_statement = 'all'",
                            "SELECT pg_create_logical_replication_slot('left', 'pgoutput')");
        }

        @Test
        @PostgresPairTest(source = "13", target = "17", leakCheck = false)
        void leavesASlotWithLeave(PostgresPair pair) {
            pair.source().execute("app", "SELECT pg_create_logical_replication_slot('allowed', 'pgoutput')");
        }

        @Test
        void failsAndLeavesASlot(PostgresPair pair) {
            pair.target().execute("app", "SELECT pg_create_logical_replication_slot('second', 'pgoutput')");
            throw new IllegalStateException("the test's own failure");
        }
    }
}
