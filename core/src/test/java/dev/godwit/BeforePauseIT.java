package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What is looked for, made up for and waited for before writers have to wait; what cannot be is refused before they do. */
@PostgresPairTest(source = "15", target = "17")
final class BeforePauseIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String WITHOUT_STATISTICS =
            "SELECT tablename FROM pg_stats WHERE tablename IN ('owner', 'owned') GROUP BY 1 ORDER BY 1";

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    private static void create(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE owner (id int PRIMARY KEY, name text)",
                        "CREATE TABLE owned (id int PRIMARY KEY, owner int, CONSTRAINT owned_by FOREIGN KEY (owner) REFERENCES owner)",
                        "INSERT INTO owner SELECT i, 'o' || i FROM generate_series(1, 10) i",
                        "INSERT INTO owned SELECT i, i FROM generate_series(1, 10) i",
                        "CREATE MATERIALIZED VIEW share AS SELECT 1 / (count(*) - 11) AS n FROM owner");
    }

    private Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("before")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .cutover(CutoverOptions.builder()
                        .fenceTimeout(Duration.ofSeconds(1))
                        .maxWritePause(Duration.ofSeconds(20))
                        .build())
                .listener(events::add)
                .build();
    }

    private boolean isFencing() {
        return events.stream()
                .anyMatch(event -> event instanceof MigrationEvent.CutoverStepStarted step
                        && step.step().equals("fence"));
    }

    @Test
    void makesUpForWhatTheTargetLacksAndRefusesWhatCannotBe(PostgresPair pair) throws Exception {
        create(pair);
        try (MigrationRun run = migration(pair).start();
                Connection writer = pair.connectSource();
                Connection blocker = pair.connectTarget()) {
            run.awaitReadyToCutover(READY);
            refusesAViewThatCannotBeRefreshed(pair, run);
            writer.setAutoCommit(false);
            execute(writer, "SET application_name = 'nightly job'", "UPDATE owner SET name = 'x' WHERE id = 9");
            pair.target()
                    .execute(
                            pair.database(),
                            "ALTER TABLE owned DROP CONSTRAINT owned_by",
                            "DELETE FROM owner WHERE id = 1",
                            "ALTER TABLE owned ADD CONSTRAINT owned_by FOREIGN KEY (owner) REFERENCES owner NOT VALID",
                            "DELETE FROM pg_statistic WHERE starelid IN ('owner'::regclass, 'owned'::regclass)",
                            "UPDATE pg_class SET reltuples = -1 WHERE oid IN ('owner'::regclass, 'owned'::regclass)");
            assertThat(pair.target().query(pair.database(), WITHOUT_STATISTICS)).isEmpty();
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'prepare', before anything was fenced")
                    .hasMessageContaining("owned_by")
                    .hasMessageNotContaining("(owner)=(1)");
            assertThat(isFencing()).isFalse();

            pair.target().execute(pair.database(), "INSERT INTO owner VALUES (1, 'o1')");
            tellsOfTheLongWriter(pair, run);
            assertThat(pair.target()
                            .query(
                                    pair.database(),
                                    "SELECT convalidated FROM pg_constraint WHERE conname = 'owned_by'"))
                    .containsExactly("t");
            assertThat(pair.target().query(pair.database(), WITHOUT_STATISTICS)).containsExactly("owned", "owner");
            writer.rollback();

            events.clear();
            waitsForTheTargetToCatchUp(pair, run, blocker);
        }
        assertThat(pair.target().query(pair.database(), "SELECT count(*) FROM owner WHERE name = 'late'"))
                .containsExactly("10");
    }

    private void refusesAViewThatCannotBeRefreshed(PostgresPair pair, MigrationRun run) throws Exception {
        pair.source().execute(pair.database(), "INSERT INTO owner VALUES (11, 'too many')");
        for (ThrowingCallable asked : List.<ThrowingCallable>of(run::rehearseCutover, run::cutover)) {
            run.awaitReadyToCutover(READY);
            await().atMost(READY)
                    .until(() -> pair.target()
                            .query(pair.database(), "SELECT count(*) FROM owner")
                            .equals(List.of("11")));
            assertThatThrownBy(asked)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'prepare', before anything was fenced")
                    .hasMessageContaining("refresh public.share")
                    .hasMessageContaining("division by zero");
        }
        pair.source().execute(pair.database(), "DELETE FROM owner WHERE id = 11");
        run.awaitReadyToCutover(READY);
    }

    /** The fence waits for him, and in the end gives up. */
    private void tellsOfTheLongWriter(PostgresPair pair, MigrationRun run) throws Exception {
        await().atMost(READY)
                .until(() -> pair.source()
                        .query(
                                pair.database(),
                                "SELECT clock_timestamp() - xact_start > interval '2 s' FROM pg_stat_activity"
                                        + " WHERE application_name = 'nightly job'")
                        .equals(List.of("t")));
        run.awaitReadyToCutover(READY);
        assertThatThrownBy(run::cutover)
                .isInstanceOf(CutoverRevertedException.class)
                .hasMessageContaining("in step 'fence'")
                .hasMessageContaining("nightly job");
        await().atMost(READY)
                .until(() -> events.stream()
                        .anyMatch(event -> event instanceof MigrationEvent.Warning warning
                                && warning.message().contains("writing on the source for long")
                                && warning.message()
                                        .contains("of role postgres ('nightly job', idle in transaction) for ")));
    }

    /** Somebody on the target holds up the apply; writers do not wait for that. */
    private void waitsForTheTargetToCatchUp(PostgresPair pair, MigrationRun run, Connection blocker) throws Exception {
        run.awaitReadyToCutover(READY);
        blocker.setAutoCommit(false);
        execute(blocker, "LOCK TABLE owner IN SHARE ROW EXCLUSIVE MODE");
        pair.source().execute(pair.database(), "UPDATE owner SET name = 'late'");
        CompletableFuture<Void> cutover = CompletableFuture.runAsync(() -> run.cutover());
        await().atMost(READY)
                .until(() -> events.stream().anyMatch(MigrationEvent.CutoverStepStarted.class::isInstance)
                        || cutover.isDone());
        await().during(Duration.ofMillis(700)).until(() -> !isFencing() && !cutover.isDone());
        blocker.rollback();
        cutover.get(READY.toSeconds(), TimeUnit.SECONDS);
        assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
    }

    private static void execute(Connection connection, String... statements) throws Exception {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
