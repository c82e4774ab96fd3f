package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class PostgresExtensionIT {
    private static final List<Integer> PORTS = new ArrayList<>();
    private static final AtomicInteger OVERLAPS = new AtomicInteger();
    private static final AtomicInteger MOST = new AtomicInteger();

    @Test
    void injectsBothSidesAndResetsThemBetweenTests() {
        PORTS.clear();
        run(WellBehaved.class).testEvents().assertStatistics(tests -> tests.succeeded(4));
        assertThat(PORTS).hasSize(3);
        assertThat(PORTS.get(1)).as("the server is started once").isEqualTo(PORTS.get(0));
        assertThat(PORTS.get(2)).as("two servers of one version").isNotEqualTo(PORTS.get(1));
    }

    @Test
    void failsATestThatLeavesSomethingBehindAndKeepsLogsAndData() throws Exception {
        // not below a directory of root's alone: a server is started on it
        Path kept = Files.createDirectories(
                Path.of(System.getProperty("java.io.tmpdir"), "testkit-kept-" + UUID.randomUUID()));
        System.setProperty(FailureFiles.DIRECTORY_PROPERTY, kept.toString());
        System.setProperty(FailureFiles.KEEP_PROPERTY, "1000");
        try {
            EngineExecutionResults results = run(Leaky.class);
            results.testEvents().assertStatistics(tests -> tests.succeeded(1).failed(2));
            List<String> failures = results.testEvents()
                    .failed()
                    .map(event -> stackTrace(event.getRequiredPayload(TestExecutionResult.class)))
                    .toList();
            Path source = kept.resolve("Leaky.leavesASlot-source-13");
            assertThat(failures)
                    .anySatisfy(failure -> assertThat(failure)
                            .contains("replication slot left", source + ".log", source + ", the server's directory"))
                    .anySatisfy(failure -> assertThat(failure)
                            .contains(
                                    "the test's own failure",
                                    kept.resolve("Leaky.failsAndLeavesASlot-target-17.log")
                                            .toString()));
            assertThat(Path.of(source + ".log")).content().contains("pg_create_logical_replication_slot");
            try (PostgresServer server =
                    PostgresServer.builder("13").directory(source).start()) {
                assertThat(server.query("postgres", "SELECT slot_name FROM pg_replication_slots"))
                        .containsExactly("left");
            }
        } finally {
            System.clearProperty(FailureFiles.DIRECTORY_PROPERTY);
            System.clearProperty(FailureFiles.KEEP_PROPERTY);
            Directories.delete(kept);
        }
    }

    private static String stackTrace(TestExecutionResult result) {
        StringWriter text = new StringWriter();
        result.getThrowable().orElseThrow().printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void startsAnotherServerAfterATestThatClosedIts() {
        run(Closing.class).testEvents().assertStatistics(tests -> tests.succeeded(2));
    }

    @Test
    void runsATestOncePerPairOfAMatrix() {
        EngineExecutionResults results = run(Matrix.class);
        results.testEvents().assertStatistics(tests -> tests.succeeded(2));
        assertThat(results.testEvents()
                        .succeeded()
                        .map(event -> event.getTestDescriptor().getDisplayName()))
                .containsExactly("[1] 13 to 17", "[2] 17 to 13");
        System.setProperty(PostgresMatrix.PAIRS_PROPERTY, "17:17");
        try {
            run(Matrix.class).testEvents().assertStatistics(tests -> tests.succeeded(1));
        } finally {
            System.clearProperty(PostgresMatrix.PAIRS_PROPERTY);
        }
    }

    @Test
    void theNearestAnnotationCounts() {
        run(Nearest.class).testEvents().assertStatistics(tests -> tests.succeeded(5));
        assertThat(run(Ambiguous.class)
                        .allEvents()
                        .finished()
                        .failed()
                        .map(event -> stackTrace(event.getRequiredPayload(TestExecutionResult.class))))
                .hasSize(2)
                .allSatisfy(failure -> assertThat(failure).contains("leave one out"));
    }

    @Test
    void testsAtTheSameTimeNeverShareAServer() {
        OVERLAPS.set(0);
        MOST.set(0);
        runParallel(Parallel.class).assertStatistics(tests -> tests.succeeded(3));
        assertThat(MOST).hasValue(1);
        System.setProperty(ServerPool.PARALLEL_PROPERTY, "3");
        try {
            runParallel(Parallel.class).assertStatistics(tests -> tests.succeeded(3));
        } finally {
            System.clearProperty(ServerPool.PARALLEL_PROPERTY);
        }
        assertThat(MOST.get())
                .as("tests at the same time where that is asked for")
                .isGreaterThan(1);
    }

    @Test
    void testsOfOtherVersionsRunAtTheSameTime() {
        runParallel(OfTwoVersions.class).assertStatistics(tests -> tests.succeeded(2));
    }

    private static Events runParallel(Class<?> tests) {
        return EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "3")
                .selectors(selectClass(tests))
                .execute()
                .testEvents();
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

    @PostgresTest(version = "15")
    static class Closing {
        @Test
        void one(PostgresServer server) {
            closeIt(server);
        }

        @Test
        void two(PostgresServer server) {
            closeIt(server);
        }

        private static void closeIt(PostgresServer server) {
            assertThat(server.query("app", "SELECT 1")).containsExactly("1");
            server.close();
        }
    }

    static class Matrix {
        @PostgresMatrixTest(pairs = {"13:17", "17:13"})
        void hasTheVersionsOfItsName(PostgresPair pair, TestInfo test) {
            assertThat(test.getDisplayName())
                    .endsWith(pair.source().major() + " to " + pair.target().major());
            assertThat(pair.source().query("app", "SHOW server_version").get(0))
                    .startsWith(pair.source().major());
        }
    }

    @PostgresTest(version = "17")
    static class Nearest {
        @PostgresMatrixTest(pairs = "13:17")
        void aMatrixInAClassWithAnother(PostgresPair pair, @OnSource PostgresServer source) {
            assertThat(pair).hasToString("PostgreSQL 13 to 17");
            assertThat(source.major()).isEqualTo("13");
        }

        @Nested
        class OfThatClass {
            @Test
            void isOneServer(PostgresServer server) {
                assertThat(server.major()).isEqualTo("17");
            }
        }

        @Nested
        @PostgresPairTest(source = "13", target = "17")
        class WithItsOwn {
            @Test
            void isAPair(PostgresPair pair) {
                assertThat(pair).hasToString("PostgreSQL 13 to 17");
            }

            @Test
            @PostgresTest(version = "15")
            void mayBeOneServerAlone(PostgresServer server) {
                assertThat(server.major()).isEqualTo("15");
            }
        }

        @Nested
        class Extending extends OfPairs {}
    }

    @PostgresPairTest(source = "13", target = "17")
    abstract static class OfPairs {
        @Test
        void isAPair(PostgresPair pair) {
            assertThat(pair).hasToString("PostgreSQL 13 to 17");
        }
    }

    static class Ambiguous {
        @Test
        @PostgresTest(version = "17")
        @PostgresPairTest(source = "13", target = "17")
        void asksForTwoThings() {}

        @PostgresPairTest(source = "13", target = "17")
        @PostgresMatrixTest(pairs = "13:17")
        void asksForAPairAndForPairs() {}
    }

    /** Counts tests at work at the same time; each looks for what another one would have left in its database. */
    @PostgresTest(version = "15")
    static class Parallel {
        private static final Duration LONGEST = Duration.ofSeconds(30);

        @Test
        void one(PostgresServer server) {
            work(server);
        }

        @Test
        void two(PostgresServer server) {
            work(server);
        }

        @Test
        void three(PostgresServer server) {
            work(server);
        }

        private static void work(PostgresServer server) {
            MOST.accumulateAndGet(OVERLAPS.incrementAndGet(), Math::max);
            try {
                server.execute("app", "CREATE TABLE mine (a int)", "SELECT pg_sleep(0.3)");
                // A server may take longer to start than that; where others are to come they are waited for.
                long deadline = System.nanoTime() + LONGEST.toNanos();
                while (System.getProperty(ServerPool.PARALLEL_PROPERTY) != null
                        && MOST.get() == 1
                        && System.nanoTime() - deadline < 0) {
                    server.execute("app", "SELECT pg_sleep(0.05)");
                }
                server.execute("app", "DROP TABLE mine");
            } finally {
                OVERLAPS.decrementAndGet();
            }
        }
    }

    /** Both wait for the other one to be at work. */
    static class OfTwoVersions {
        private static final CountDownLatch AT_WORK = new CountDownLatch(2);

        @Test
        @PostgresTest(version = "13")
        void older(PostgresServer server) throws InterruptedException {
            meet(server);
        }

        @Test
        @PostgresTest(version = "17")
        void newer(PostgresServer server) throws InterruptedException {
            meet(server);
        }

        private static void meet(PostgresServer server) throws InterruptedException {
            AT_WORK.countDown();
            assertThat(AT_WORK.await(60, TimeUnit.SECONDS))
                    .as(server.toString())
                    .isTrue();
        }
    }
}
