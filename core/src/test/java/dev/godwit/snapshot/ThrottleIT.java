package dev.godwit.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.CopyOptions;
import dev.godwit.MigrationRun;
import dev.godwit.copy.Throttle;
import dev.godwit.copy.ThrottleContext;
import dev.godwit.copy.Throttles;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationEvent.CopyProgress;
import dev.godwit.event.MigrationPhase;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy that is limited, or pauses because it is told to. */
@PostgresPairTest(source = "15", target = "15")
final class ThrottleIT {
    private static final long MEBIBYTE = 1 << 20;
    private static final String TABLE = "CREATE TABLE filled (id int PRIMARY KEY, v text)";
    private static final String FILL =
            "INSERT INTO filled SELECT i, repeat('x', 1000) FROM generate_series(1, 16000) i";

    private static CopyTrial trial(PostgresPair pair, CopyOptions.Builder options) {
        pair.source().execute(pair.database(), TABLE, FILL, "ANALYZE filled");
        return new CopyTrial(pair, options.workers(2).build());
    }

    @Test
    void movesNoMoreThanItMay(PostgresPair pair) throws Exception {
        CopyTrial trial = trial(pair, CopyOptions.builder().maxBytesPerSecond(4 * MEBIBYTE));
        try (MigrationRun run = trial.migration().start()) {
            trial.complete(run);
        }
        MigrationEvent.TableCopied copied =
                trial.told(MigrationEvent.TableCopied.class).get(0);
        double least = copied.bytes() / (4.0 * MEBIBYTE) - 0.5;
        assertThat(copied.took().toMillis() / 1000.0).isBetween(least, 10 * least);
        List<CopyProgress> progress = trial.told(CopyProgress.class);
        assertThat(progress).hasSizeGreaterThanOrEqualTo(3);
        CopyProgress between = progress.get(1);
        assertThat(between.totalBytes()).isGreaterThan(16 * MEBIBYTE);
        assertThat(between.doneBytes()).isBetween(1L, between.totalBytes() - 1);
        assertThat(between.bytesPerSecond()).isBetween(MEBIBYTE, 8 * MEBIBYTE);
        assertThat(Objects.requireNonNull(between.remaining())).isBetween(Duration.ZERO, Duration.ofSeconds(20));
        CopyProgress last = progress.get(progress.size() - 1);
        assertThat(last.copied()).isEqualTo(1).isEqualTo(last.tables());
        assertThat(last.rows()).isEqualTo(16_000);
        assertThat(last.doneBytes()).isEqualTo(last.totalBytes());
        trial.migration().cleanUp();
    }

    @Test
    void standsStillInTheMidstOfATableWhileItIsToldTo(PostgresPair pair) throws Exception {
        AtomicBoolean paused = new AtomicBoolean();
        CopyTrial trial = trial(
                pair, CopyOptions.builder().maxBytesPerSecond(4 * MEBIBYTE).throttle(Throttles.whileSet(paused::get)));
        try (MigrationRun run = trial.migration().start()) {
            await().atMost(CopyTrial.LIMIT)
                    .until(() -> !trial.told(MigrationEvent.TableProgress.class).isEmpty());
            paused.set(true);
            await().atMost(CopyTrial.LIMIT)
                    .until(() -> trial.told(MigrationEvent.CopyThrottled.class).size() == 1);
            long bytes = moved(trial);
            Thread.sleep(1500);
            assertThat(moved(trial)).isLessThanOrEqualTo(bytes + MEBIBYTE);
            assertThat(run.phase()).isEqualTo(MigrationPhase.SNAPSHOT);
            paused.set(false);
            trial.complete(run);
        }
        assertThat(trial.told(MigrationEvent.CopyThrottled.class))
                .extracting(MigrationEvent.CopyThrottled::reason)
                .containsExactly("the application asks for it", "");
        trial.migration().cleanUp();
    }

    private static long moved(CopyTrial trial) {
        List<MigrationEvent.TableProgress> told = trial.told(MigrationEvent.TableProgress.class);
        return told.get(told.size() - 1).bytes();
    }

    @Test
    void stopsWhenTheThrottleFailsAndGoesOnWhenItDoesNot(PostgresPair pair) throws Exception {
        CopyTrial failing = trial(pair, CopyOptions.builder().throttle(context -> {
            throw new IllegalStateException("nobody knows");
        }));
        try (MigrationRun run = failing.migration().start()) {
            assertThatThrownBy(() -> run.awaitReadyToCutover(CopyTrial.LIMIT))
                    .hasMessageContaining("throttle failed: nobody knows");
        }
        CopyTrial next = new CopyTrial(pair, CopyOptions.builder().build());
        try (MigrationRun run = next.migration().resume()) {
            next.complete(run);
        }
        next.migration().cleanUp();
    }

    @Test
    void theBuiltInOnesAskTheServers(PostgresPair pair, @TempDir Path directory) throws Exception {
        Path file = directory.resolve("pause");
        try (Connection source = pair.connectSource();
                Connection target = pair.connectTarget()) {
            ThrottleContext context = new ThrottleContext() {
                @Override
                public Connection source() {
                    return source;
                }

                @Override
                public Connection target() {
                    return target;
                }
            };
            Throttle sessions = Throttles.activeSessions(1);
            Throttle all = Throttles.any(
                    Throttles.none(),
                    Throttles.replicaLag(Duration.ofSeconds(1)),
                    Throttles.whileFileExists(file),
                    sessions);
            assertThat(all.reasonToPause(context)).isNull();
            Files.createFile(file);
            assertThat(all.reasonToPause(context)).contains(file.toString());
            Files.delete(file);
            Thread first = sleeping(pair);
            Thread second = sleeping(pair);
            await().atMost(CopyTrial.LIMIT).until(() -> sessions.reasonToPause(context) != null);
            assertThat(all.reasonToPause(context)).contains("2 sessions are active");
            pair.source()
                    .execute(
                            "postgres",
                            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(%'"
                                    + " AND pid <> pg_backend_pid()");
            first.join();
            second.join();
            assertThat(all.reasonToPause(context)).isNull();
        }
    }

    private static Thread sleeping(PostgresPair pair) {
        Thread thread = new Thread(() -> {
            try (Connection connection = pair.connectSource();
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_sleep(60)");
            } catch (SQLException e) {
                // It is cancelled.
                assertThat(e.getSQLState()).isEqualTo("57014");
            }
        });
        thread.start();
        return thread;
    }
}
