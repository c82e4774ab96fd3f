package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.testcontainers.DockerClientFactory;

/** Where a container engine runs: an image that is built from the embedded binaries, since there may be no registry. */
class ContainerServerIT {
    private static final Path SCRIPT = Path.of("src/test/docker/build-image.sh");

    @BeforeAll
    static void buildImage(@TempDir Path directory) throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/bin/sh")) && isEngineThere(), "No container engine answers");
        Path output = directory.resolve("output");
        Process build = new ProcessBuilder(
                        "sh", SCRIPT.toString(), PostgresBinaries.home("17").toString(), "godwit-test/postgres:17")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(build.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(build.exitValue()).as(Files.readString(output)).isZero();
        System.setProperty(ContainerServer.IMAGE_PROPERTY, "godwit-test/postgres:{major}");
    }

    @AfterAll
    static void forgetImage() {
        System.clearProperty(ContainerServer.IMAGE_PROPERTY);
    }

    private static boolean isEngineThere() throws IOException, InterruptedException {
        Process docker;
        try {
            docker = new ProcessBuilder("docker", "info")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return false; // no such program
        }
        return docker.waitFor(20, TimeUnit.SECONDS)
                && docker.exitValue() == 0
                && DockerClientFactory.instance().isDockerAvailable();
    }

    @Test
    void serversInContainersDoWhatEmbeddedOnesDo() {
        EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .selectors(selectClass(Tests.class))
                .execute()
                .testEvents()
                .assertStatistics(tests -> tests.succeeded(3));
    }

    @Test
    void keepsLogAndData(@TempDir Path directory) {
        PostgresServer server =
                PostgresServer.builder("17").servers(ServerKind.CONTAINER).start();
        assertThat(server.keep(directory.resolve("kept"))).contains(directory.resolve("kept"));
        assertThat(directory.resolve("kept/postgres.log")).content().contains("ready to accept connections");
        assertThat(directory.resolve("kept/data.tar")).isNotEmptyFile();
        assertThat(server.isRunning()).isFalse();
    }

    @PostgresTest(version = "17", servers = ServerKind.CONTAINER)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Tests {
        @Test
        @Order(1)
        void survivesAKillAndChangesParameters(PostgresServer server) throws SQLException {
            int port = server.port();
            assertThat(server.kind()).isEqualTo(ServerKind.CONTAINER);
            server.execute("app", "CREATE TABLE t AS SELECT 1 AS a");
            server.kill();
            assertThat(server.isRunning()).isFalse();
            server.start();
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.query("app", "SELECT a FROM t")).containsExactly("1");
            assertThat(server.log()).contains("database system was not properly shut down");
            server.setParameter("max_connections", "33");
            server.stop(StopMode.IMMEDIATE);
            server.start();
            assertThat(server.query("postgres", "SHOW max_connections")).containsExactly("33");
            server.execute("postgres", "ALTER SYSTEM SET work_mem = '6MB'", "CREATE ROLE bob LOGIN");
            server.hba("host all bob all reject");
            assertThat(refuses(server)).isTrue();
        }

        private static boolean refuses(PostgresServer server) {
            try {
                server.connect("app", "bob", "").close();
                return false;
            } catch (SQLException e) {
                return "28000".equals(e.getSQLState());
            }
        }

        @Test
        @Order(2)
        void isAsItWasForTheNextTest(PostgresServer server) throws SQLException {
            assertThat(server.query("postgres", "SHOW max_connections")).containsExactly("100");
            assertThat(server.query("postgres", "SHOW work_mem")).containsExactly("4MB");
            assertThat(server.query("app", "SELECT count(*) FROM pg_class WHERE relname = 't'"))
                    .containsExactly("0");
            server.connect("app", "postgres", "").close();
        }

        @Test
        @Order(3)
        @PostgresPairTest(source = "17", target = "17", servers = ServerKind.CONTAINER)
        void replicatesLogically(PostgresPair pair) {
            pair.source()
                    .execute(
                            "app",
                            "CREATE TABLE t (a int PRIMARY KEY)",
                            "SELECT pg_create_logical_replication_slot('s', 'test_decoding')",
                            "INSERT INTO t VALUES (1)");
            assertThat(pair.source().query("app", "SELECT data FROM pg_logical_slot_get_changes('s', NULL, NULL)"))
                    .contains("table public.t: INSERT: a[integer]:1");
            pair.source().execute("app", "SELECT pg_drop_replication_slot('s')");
            assertThat(pair.source().port()).isNotEqualTo(pair.target().port());
        }
    }
}
