package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JvmWatchTest {
    @Test
    void whatTestsAtTheSameTimeLeaveIsTheFindingOfTheLastOfThem() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Thread left = new Thread(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        left.setName("left by one of them");
        JvmWatch first = JvmWatch.enter();
        left.start();
        JvmWatch second = JvmWatch.enter();
        assertThat(first.leaks()).isEmpty();
        JvmWatch.leave(first);
        assertThat(second.leaks()).hasSize(1).first().asString().contains("left by one of them");
        JvmWatch.leave(second);
        JvmWatch next = JvmWatch.enter();
        assertThat(next.leaks()).as("what was there before is not of this one").isEmpty();
        JvmWatch.leave(next);
        end.countDown();
        left.join();
    }

    /** Its server does not answer until it is told to go away. */
    @Test
    void aTestThatIsStillBeingPreparedIsAmongThoseAtTheSameTime() throws Exception {
        String url = ExternalServer.PROPERTY + "14";
        TestServers wanted = new TestServers(List.of("14"), ServerKind.EXTERNAL, true);
        JvmWatch first = JvmWatch.enter();
        Path left = TemporaryFiles.directory("watched");
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            System.setProperty(
                    url, "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/postgres?sslmode=disable");
            CompletableFuture<Void> preparing = CompletableFuture.runAsync(
                    () -> assertThatThrownBy(() -> TestFixture.open(wanted, Optional.empty()))
                            .isInstanceOf(TestkitException.class));
            try (Socket client = silent.accept()) {
                assertThat(client.isConnected()).isTrue();
                assertThat(first.leaks()).isEmpty();
            }
            preparing.get(20, TimeUnit.SECONDS);
            assertThat(first.leaks()).containsExactly("temporary file " + left.getFileName());
        } finally {
            System.clearProperty(url);
            JvmWatch.leave(first);
            Files.delete(left);
        }
    }

    @Test
    void whatThePreparationOfATestAloneMakesIsNotOfIt() throws Exception {
        JvmWatch watch = JvmWatch.enter();
        Path made = TemporaryFiles.directory("watched");
        watch = watch.prepared();
        assertThat(watch.leaks()).isEmpty();
        JvmWatch another = JvmWatch.enter();
        Files.delete(made);
        made = TemporaryFiles.directory("watched");
        assertThat(another.prepared()).isSameAs(watch);
        JvmWatch.leave(another);
        assertThat(watch.leaks()).as("may be of either").hasSize(1);
        JvmWatch.leave(watch);
        Files.delete(made);
    }

    @Test
    void leavesJUnitsOwnThreadsAlone() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        JvmWatch watch = new JvmWatch();
        Thread own = new Thread(() -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        own.setName("junit-jupiter-timeout-watcher");
        own.start();
        assertThat(watch.leaks()).isEmpty();
        end.countDown();
        own.join();
    }

    @Test
    void findsAProcess() throws Exception {
        JvmWatch watch = new JvmWatch();
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XshowSettings:none",
                        "-cp",
                        ".",
                        "--version")
                .start();
        List<String> leaks = watch.leaks();
        assertThat(process.waitFor()).isNotNegative();
        assertThat(leaks).anyMatch(leak -> leak.startsWith("process " + process.pid()));
        assertThat(watch.leaks()).isEmpty();
    }

    @Test
    void leavesTheFilesOfAnotherJvmAlone() throws Exception {
        JvmWatch watch = new JvmWatch();
        Path own = TemporaryFiles.directory("watched");
        Path others = Files.createTempDirectory(
                "godwit-watched-p" + (ProcessHandle.current().pid() + 1) + "-");
        Path nobodys = Files.createTempDirectory("godwit-watched");
        try {
            assertThat(watch.leaks())
                    .containsExactlyInAnyOrder(
                            "temporary file " + own.getFileName(), "temporary file " + nobodys.getFileName());
        } finally {
            Files.delete(own);
            Files.delete(others);
            Files.delete(nobodys);
        }
        assertThat(watch.leaks()).isEmpty();
    }
}
