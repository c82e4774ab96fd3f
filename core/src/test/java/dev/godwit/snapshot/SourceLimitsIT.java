package dev.godwit.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.CopyOptions;
import dev.godwit.LimitPolicy;
import dev.godwit.MigrationRun;
import dev.godwit.SourceLimits;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** What a migration costs its source, and who waits for it. */
@PostgresPairTest(source = "13", target = "17")
final class SourceLimitsIT {
    private static final long MEBIBYTE = 1 << 20;

    private static CopyTrial trial(PostgresPair pair, long bytesPerSecond, SourceLimits limits) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE copied (id int PRIMARY KEY, v text)",
                        "INSERT INTO copied SELECT i, repeat('x', 1000) FROM generate_series(1, 12000) i",
                        "CREATE TABLE written (id serial PRIMARY KEY, v text)");
        return new CopyTrial(
                pair,
                CopyOptions.builder()
                        .workers(2)
                        .maxBytesPerSecond(bytesPerSecond)
                        .build(),
                limits);
    }

    private static void write(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "INSERT INTO written (v) SELECT repeat('y', 1000) FROM generate_series(1, 6000)");
    }

    private static boolean warned(CopyTrial trial, String part) {
        return trial.told(MigrationEvent.Warning.class).stream()
                .anyMatch(warning -> warning.message().contains(part));
    }

    @Test
    void endTheRunAndLetTheSourceHaveItsLog(PostgresPair pair) throws Exception {
        CopyTrial trial = trial(
                pair,
                MEBIBYTE,
                SourceLimits.builder()
                        .retainedWal(4 * MEBIBYTE)
                        .policy(LimitPolicy.ABORT)
                        .build());
        try (MigrationRun run = trial.migration().start()) {
            trial.awaitOnTarget(CopyTrial.copying("copied"));
            write(pair);
            assertThatThrownBy(() -> run.awaitReadyToCutover(CopyTrial.LIMIT))
                    .hasMessageContaining("bytes of log are retained")
                    .hasMessageContaining("allow 4194304");
            assertThat(pair.source().query("postgres", "SELECT slot_name FROM pg_replication_slots"))
                    .isEmpty();
        }
        try (MigrationRun run = trial.migration().resume()) {
            assertThatThrownBy(() -> run.awaitReadyToCutover(CopyTrial.LIMIT)).hasMessageContaining("lost");
        }
        trial.migration().cleanUp();
    }

    @Test
    void slowTheCopyDownButDoNotKeepItFromEnding(PostgresPair pair) throws Exception {
        CopyTrial trial = trial(
                pair,
                4 * MEBIBYTE,
                SourceLimits.builder()
                        .retainedWal(MEBIBYTE)
                        .xminAge(1)
                        .policy(LimitPolicy.SLOW_DOWN)
                        .build());
        try (MigrationRun run = trial.migration().start()) {
            trial.awaitOnTarget(CopyTrial.copying("copied"));
            write(pair);
            for (int i = 0; i < 5; i++) {
                pair.source().execute(pair.database(), "INSERT INTO written (v) VALUES ('z')");
            }
            await().atMost(CopyTrial.LIMIT)
                    .until(() -> warned(trial, "bytes of log are retained") && warned(trial, "copying slows down"));
            await().atMost(CopyTrial.LIMIT).until(() -> warned(trial, "vacuum has to spare"));
            trial.complete(run);
        }
        trial.migration().cleanUp();
    }

    @Test
    void whoWaitsForTheCopyIsTold(PostgresPair pair) throws Exception {
        CopyTrial trial = trial(pair, 2 * MEBIBYTE, SourceLimits.builder().build());
        try (MigrationRun run = trial.migration().start()) {
            trial.awaitOnTarget(CopyTrial.copying("copied"));
            Thread exclusive = new Thread(() -> {
                try (Connection connection = pair.connectSource();
                        Statement statement = connection.createStatement()) {
                    statement.execute("BEGIN; LOCK TABLE copied IN ACCESS EXCLUSIVE MODE; COMMIT");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            exclusive.start();
            await().atMost(CopyTrial.LIMIT)
                    .until(() -> warned(trial, "waits for AccessExclusiveLock on table public.copied"));
            assertThat(run.phase()).isEqualTo(MigrationPhase.SNAPSHOT);
            exclusive.join();
            trial.complete(run);
        }
        trial.migration().cleanUp();
    }
}
