package dev.godwit.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.ApplyOptions;
import dev.godwit.ConflictPolicy;
import dev.godwit.CopyOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.copy.Throttle;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the status says of a migration that does not go on: why, and what to do. */
@PostgresPairTest(source = "15", target = "17")
final class StandstillStatusIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String NAME = "standstill";

    @Test
    void tellsWhichTableHasFailedAndForgetsItOnceItIsCopied(PostgresPair pair) throws Exception {
        createTables(pair);
        Migration failing = migration(pair, context -> spoil(pair), ConflictPolicy.STOP);
        String id;
        try (MigrationRun run = failing.start()) {
            assertThatThrownBy(() -> run.awaitReadyToCutover(LIMIT)).isInstanceOf(MigrationException.class);
            MigrationStatus failed = run.status();
            id = failed.id();
            requireFailed(failed);
            await().atMost(LIMIT).untilAsserted(() -> requireFailed(MigrationStatus.read(target(pair), NAME)));
        }
        MigrationStatus closed = MigrationStatus.read(target(pair), NAME);
        requireFailed(closed);
        assertThat(closed.running()).isFalse();
        pair.target().execute(pair.database(), "ALTER TABLE small DROP CONSTRAINT no_secrets");
        try (MigrationRun run =
                migration(pair, context -> null, ConflictPolicy.STOP).resume()) {
            run.awaitReadyToCutover(LIMIT);
            MigrationStatus ready = run.status();
            assertThat(ready.id()).isEqualTo(id);
            assertThat(ready.failure()).isNull();
            assertThat(ready.count(TableLoadState.COMPLETED)).isEqualTo(2);
            assertThat(table(ready, "small").load().error()).isNull();
            run.cancel();
            assertThat(run.status().state()).isEqualTo(MigrationState.CANCELLED);
            assertThat(run.status().endedOn()).isNotNull();
            assertThat(StatusSchema.violations(run.status().toJson())).isEmpty();
        }
        assertThatThrownBy(() -> MigrationStatus.read(target(pair), NAME))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("remembers no migration");
    }

    private static void requireFailed(MigrationStatus failed) {
        assertThat(failed.state()).isEqualTo(MigrationState.FAILED);
        assertThat(failed.phase()).isEqualTo(MigrationPhase.FAILED);
        assertThat(failed.initializationCompleted()).isFalse();
        FailureStatus failure = Objects.requireNonNull(failed.failure());
        assertThat(failure.reason()).contains("public.small").doesNotContain("classified");
        assertThat(failure.nextStep()).contains("resume()");
        TableStatus.FullLoad small = table(failed, "small").load();
        assertThat(small.state()).isEqualTo(TableLoadState.ERRORED);
        assertThat(small.error()).contains("23514").doesNotContain("classified");
        assertThat(table(failed, "other").load().state()).isEqualTo(TableLoadState.COMPLETED);
        String json = failed.toJson();
        assertThat(json).doesNotContain("classified").contains("\"state\" : \"Failed\"");
        assertThat(StatusSchema.violations(json)).isEmpty();
    }

    @Test
    void tellsWhyItIsPausedAndThatNobodyRunsIt(PostgresPair pair) throws Exception {
        createTables(pair);
        Migration migration = migration(pair, context -> null, ConflictPolicy.STOP);
        MigrationRun run = migration.start();
        try (run) {
            run.awaitReadyToCutover(LIMIT);
            pair.source()
                    .execute(
                            pair.database(),
                            "ALTER TABLE small ADD note text",
                            "INSERT INTO small VALUES (2, 'v', 'note')");
            await().atMost(LIMIT).untilAsserted(() -> requirePaused(run.status(), MigrationState.PAUSED));
            await().atMost(LIMIT)
                    .untilAsserted(
                            () -> requirePaused(MigrationStatus.read(target(pair), NAME), MigrationState.PAUSED));
            long lag = lagBytes(run);
            pair.source().execute(pair.database(), "INSERT INTO other SELECT i, 'v' FROM generate_series(10, 2000) i");
            await().atMost(LIMIT).until(() -> lagBytes(run) > lag);
        }
        requirePaused(run.status(), MigrationState.INTERRUPTED);
        MigrationStatus closed = MigrationStatus.read(target(pair), NAME);
        requirePaused(closed, MigrationState.INTERRUPTED);
        assertThat(closed.running()).isFalse();
        assertThat(closed.toJson()).contains("\"state\" : \"Interrupted\"");
        pair.target().execute(pair.database(), "ALTER TABLE small ADD note text");
        try (MigrationRun next = migration.resume()) {
            next.awaitReadyToCutover(LIMIT);
            assertThat(next.status().failure()).isNull();
            await().atMost(LIMIT)
                    .until(() -> MigrationStatus.read(target(pair), NAME).state() == MigrationState.READY_TO_COMPLETE);
            assertThat(table(next.status(), "other").changes().inserts()).isEqualTo(1991);
            next.cancel();
        }
    }

    private static long lagBytes(MigrationRun run) {
        Long lag = run.status().replication().lagBytes();
        return lag == null ? -1 : lag;
    }

    private static void requirePaused(MigrationStatus status, MigrationState state) {
        assertThat(status.phase()).isEqualTo(MigrationPhase.PAUSED);
        assertThat(status.state()).isEqualTo(state);
        assertThat(status.initializationCompleted()).isTrue();
        FailureStatus failure = Objects.requireNonNull(status.failure());
        assertThat(failure.reason()).contains("public.small");
        assertThat(failure.nextStep()).contains("adapt the target's schema").contains("resume()");
        assertThat(status.replication().incomingChanges()).isNotNull().isPositive();
        assertThat(StatusSchema.violations(status.toJson())).isEmpty();
    }

    @Test
    void countsConflictsAndTablesThatJoin(PostgresPair pair) throws Exception {
        createTables(pair);
        try (MigrationRun run =
                migration(pair, context -> null, ConflictPolicy.RECORD).start()) {
            run.awaitReadyToCutover(LIMIT);
            pair.target().execute(pair.database(), "DELETE FROM other WHERE id = 1");
            pair.source()
                    .execute(
                            pair.database(),
                            "UPDATE other SET v = 'new'",
                            "CREATE TABLE late (id int PRIMARY KEY, v text)",
                            "INSERT INTO late SELECT i, 'v' FROM generate_series(1, 100) i");
            await().atMost(LIMIT).until(() -> table(run.status(), "other").dataErrors() == 1);
            assertThat(table(run.status(), "other").changes()).isEqualTo(new AppliedChanges(0, 2, 0, 0));
            run.addTable("public.late");
            run.awaitReadyToCutover(LIMIT);
            pair.source().execute(pair.database(), "DELETE FROM late WHERE id <= 30");
            await().atMost(LIMIT)
                    .until(() -> table(run.status(), "late").changes().deletes() == 30);
            TableStatus late = table(run.status(), "late");
            assertThat(late.load().state()).isEqualTo(TableLoadState.COMPLETED);
            assertThat(late.load().rows()).isEqualTo(100);
            run.copyAfresh("public.late");
            run.awaitReadyToCutover(LIMIT);
            pair.source().execute(pair.database(), "UPDATE late SET v = 'new'");
            await().atMost(LIMIT)
                    .until(() -> table(run.status(), "late").changes().updates() == 70);
            MigrationStatus status = run.status();
            assertThat(table(status, "late").changes()).isEqualTo(new AppliedChanges(0, 70, 30, 0));
            assertThat(table(status, "late").load().rows()).isEqualTo(70);
            MigrationStatus read = MigrationStatus.read(target(pair), NAME);
            assertThat(read.changes()).isEqualTo(status.changes());
            assertThat(table(read, "other").dataErrors()).isEqualTo(1);
            run.cancel();
        }
        assertThat(pair.target().query(pair.database(), "SELECT nspname FROM pg_namespace WHERE nspname = 'godwit'"))
                .isEmpty();
    }

    private static TableStatus table(MigrationStatus status, String name) {
        return status.tables().stream()
                .filter(table -> table.table().equals(name))
                .findAny()
                .orElseThrow();
    }

    private static void createTables(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE small (id int PRIMARY KEY, v text)",
                        "INSERT INTO small VALUES (1, 'classified')",
                        "CREATE TABLE other (id int PRIMARY KEY, v text)",
                        "INSERT INTO other VALUES (1, 'one'), (2, 'two'), (3, 'three')");
    }

    /** What somebody else has done to the target meanwhile. */
    private static @Nullable String spoil(PostgresPair pair) {
        List<String> done =
                pair.target().query(pair.database(), "SELECT 1 FROM pg_constraint WHERE conname = 'no_secrets'");
        if (done.isEmpty()) {
            pair.target()
                    .execute(pair.database(), "ALTER TABLE small ADD CONSTRAINT no_secrets CHECK (v <> 'classified')");
        }
        return null;
    }

    private static Endpoint target(PostgresPair pair) {
        return Endpoint.of(pair.targetUrl()).credentials("postgres", "");
    }

    private static Migration migration(PostgresPair pair, Throttle throttle, ConflictPolicy policy) {
        return Migration.builder()
                .name(NAME)
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(target(pair))
                .copy(CopyOptions.builder().workers(2).throttle(throttle).build())
                .apply(ApplyOptions.builder().conflictPolicy(policy).build())
                .build();
    }
}
