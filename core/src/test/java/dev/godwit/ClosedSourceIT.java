package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationCancelledException;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a cutover leaves closed, and what ending a run leaves behind: nothing, or what resume() needs. */
@PostgresPairTest(source = "15", target = "17")
final class ClosedSourceIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String INSERT = "INSERT INTO item (name) VALUES ('late')";

    @Test
    void refusesSessionsThatWaitedForTheFenceOrWereJustStarting(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        pair.source().execute("app", "CREATE ROLE clerk LOGIN", "GRANT ALL ON item, audit, audit_id_seq TO clerk");
        CompletableFuture<Void> starting = new CompletableFuture<>();
        CompletableFuture<Void> waiting = new CompletableFuture<>();
        TrafficSwitch check = context -> assertThat(waiting).isCompletedExceptionally();
        try (MigrationRun run = CutoverUndoIT.migration(
                                pair,
                                CutoverOptions.builder()
                                        .trafficSwitch(check)
                                        .fence(AlteredFence.beforeSeal(WriteFences.lockTables(), () -> {
                                            in(starting, () -> writeAs(pair, "-c post_auth_delay=1"));
                                            in(waiting, () -> writeAs(pair, "-c work_mem=1MB"));
                                            awaitWaitingSessions(pair);
                                        })))
                        .start();
                Connection old = pair.source().connect("app", "clerk", "")) {
            run.awaitReadyToCutover(READY);
            write(old);
            run.cutover();
            assertThatThrownBy(() -> write(old)).isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(starting::join).isInstanceOf(CompletionException.class);
        assertThatThrownBy(waiting::join).isInstanceOf(CompletionException.class);
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    @ParameterizedTest
    @EnumSource(names = {"SCHEMA", "SNAPSHOT", "CATCH_UP", "READY_TO_CUTOVER"})
    void goesOnAfterARunThatWasClosedInAnyPhase(MigrationPhase phase, PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        Migration migration = CutoverUndoIT.migration(pair, CutoverOptions.builder());
        try (MigrationRun run = migration.start()) {
            await().pollInterval(Duration.ofMillis(1)).until(() -> run.phase().compareTo(phase) >= 0);
        }
        await().atMost(Duration.ofSeconds(5))
                .until(() -> pair.source().query("app", sessions()).isEmpty());
        CutoverUndoIT.write(pair, INSERT);
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    @Test
    void leavesNothingWhenItIsCancelledAndTellsWhoWaits(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        try (MigrationRun run =
                CutoverUndoIT.migration(pair, CutoverOptions.builder()).start()) {
            run.awaitReadyToCutover(READY);
            CompletableFuture<Void> waiter = new CompletableFuture<>();
            in(waiter, () -> run.awaitCompleted(READY));
            run.cancel();
            assertThatThrownBy(waiter::join).hasCauseInstanceOf(MigrationCancelledException.class);
            assertThat(run.phase()).isEqualTo(MigrationPhase.CANCELLED);
            assertThatThrownBy(run::cutover).isInstanceOf(MigrationException.class);
        }
        assertThatNothingIsRemembered(pair);
    }

    @Test
    void leavesNothingWhenAFailedRunIsCancelled(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        pair.target().execute("app", "CREATE VIEW names AS SELECT 1 AS n");
        try (MigrationRun run =
                CutoverUndoIT.migration(pair, CutoverOptions.builder()).start()) {
            assertThatThrownBy(() -> run.awaitReadyToCutover(READY))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("names");
            run.cancel();
        }
        assertThatNothingIsRemembered(pair);
    }

    @Test
    void leavesNothingWhenItIsCleanedUp(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        Migration migration = CutoverUndoIT.migration(pair, CutoverOptions.builder());
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(migration::cleanUp).hasMessageContaining("is being run by another process");
        }
        migration.cleanUp();
        migration.cleanUp();
        assertThatNothingIsRemembered(pair);
    }

    private static void assertThatNothingIsRemembered(PostgresPair pair) {
        assertThat(pair.target().query("app", "SELECT 1 FROM pg_namespace WHERE nspname = 'godwit'"))
                .isEmpty();
        assertThat(pair.source().query("app", "SELECT slot_name FROM pg_replication_slots"))
                .isEmpty();
        assertThat(pair.source().query("app", "SELECT pubname FROM pg_publication"))
                .isEmpty();
    }

    private static String sessions() {
        return "SELECT query FROM pg_stat_activity WHERE application_name LIKE 'godwit-undo%'";
    }

    /** One writer waits for the fence's locks, another one has its session made but does not show yet. */
    private static void awaitWaitingSessions(PostgresPair pair) {
        String blocked =
                "SELECT count(*) > 0 FROM pg_stat_activity WHERE usename = 'clerk' AND wait_event_type = 'Lock'";
        String starting = "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'object' AND mode = 'RowExclusiveLock'"
                + " AND classid = 'pg_database'::regclass AND pid <> pg_backend_pid()";
        await().pollInterval(Duration.ofMillis(10))
                .until(() -> pair.source().query("app", blocked).equals(java.util.List.of("t"))
                        && pair.source().query("app", starting).equals(java.util.List.of("t")));
    }

    private static void writeAs(PostgresPair pair, String options) throws SQLException {
        java.util.Properties properties = new java.util.Properties();
        properties.setProperty("user", options.contains("post_auth_delay") ? "postgres" : "clerk");
        properties.setProperty("password", "");
        properties.setProperty("options", options);
        try (Connection connection = DriverManager.getConnection(pair.sourceUrl(), properties)) {
            write(connection);
        }
    }

    private static void write(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(INSERT);
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private static void in(CompletableFuture<Void> result, Action action) {
        new Thread(
                        () -> {
                            try {
                                action.run();
                                result.complete(null);
                            } catch (Exception e) {
                                result.completeExceptionally(e);
                            }
                        },
                        "beside")
                .start();
    }
}
