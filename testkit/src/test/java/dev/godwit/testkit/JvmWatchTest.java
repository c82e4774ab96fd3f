package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
