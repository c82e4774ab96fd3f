package dev.godwit.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.CancelOption;
import dev.godwit.Endpoint;
import dev.godwit.MigrationRun;
import dev.godwit.VerifyOptions;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationCancelledException;
import dev.godwit.result.MigrationException;
import dev.godwit.result.VerificationReport;
import dev.godwit.status.MigrationStatus;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What becomes of a verification, and of the run, if something happens to either meanwhile. */
@PostgresPairTest(source = "15", target = "15")
final class DuringVerificationIT {

    /** A verification that stands still in its midst, by its throttle, until it is let go on. */
    private static final class Standing {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CompletableFuture<VerificationReport> outcome = new CompletableFuture<>();
        private final AtomicReference<String> reason = new AtomicReference<>("the test looks around");
        private final Thread thread;

        Standing(MigrationRun run) throws InterruptedException {
            this(run, 2);
        }

        Standing(MigrationRun run, int workers) throws InterruptedException {
            VerifyOptions options = VerifyOptions.builder()
                    .workers(workers)
                    .throttle(context -> {
                        begun.countDown();
                        return reason.get();
                    })
                    .build();
            thread = new Thread(() -> {
                try {
                    outcome.complete(run.verify(options));
                } catch (Exception | Error e) {
                    outcome.completeExceptionally(e);
                }
            });
            thread.start();
            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
        }

        VerificationReport goOn() throws Exception {
            reason.set(null);
            return outcome.get(60, TimeUnit.SECONDS);
        }

        Throwable failure() throws Exception {
            try {
                throw new AssertionError("it has ended with " + outcome.get(60, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                return Objects.requireNonNull(e.getCause());
            }
        }
    }

    @Test
    void whatWouldDisturbItIsRefusedAndWhatDoesNotGoesOn(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create().write(true);
                MigrationRun run = trial.migration().start()) {
            run.awaitReadyToCutover(Trial.LIMIT);
            Standing standing = new Standing(run);
            assertThatThrownBy(run::verify).hasMessageContaining("under way already");
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("verification");
            assertThatThrownBy(() -> run.copyAfresh("public.item")).hasMessageContaining("verification");
            assertThat(run.phase()).isEqualTo(MigrationPhase.READY_TO_CUTOVER);
            assertThat(run.status().verification().progress()).isNotNull();
            // The target follows meanwhile: the verification keeps its snapshots, and holds nothing back.
            trial.source("UPDATE item SET price = 77 WHERE id = 1");
            Awaitility.await().atMost(Trial.LIMIT).until(() -> trial.price(1) == 77);
            run.pause();
            assertThatThrownBy(run::verify).hasMessageContaining("PAUSED");
            VerificationReport report = standing.goOn();
            assertThat(report.isEqual()).as(report.toTable()).isTrue();
            run.resume();
            run.awaitReadyToCutover(Trial.LIMIT);
            assertThat(run.status().verification().progress()).isNull();
            assertThat(MigrationStatus.read(Endpoint.of(pair.targetUrl()).credentials("postgres", ""), "proof")
                            .verification()
                            .last())
                    .isEqualTo(run.status().verification().last());
            run.cutover();
        }
    }

    @Test
    @SuppressWarnings("try") // It is closed in the midst, which is the point.
    void anInterruptACloseAndACancelEndIt(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create().write(true)) {
            try (MigrationRun run = trial.migration().start()) {
                run.awaitReadyToCutover(Trial.LIMIT);
                Standing interrupted = new Standing(run);
                interrupted.thread.interrupt();
                assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);
                assertThat(run.verify().isEqual()).isTrue();
                // A second one that begins just then would notice by itself.
                Standing closed = new Standing(run, 1);
                run.close();
                assertThat(closed.failure()).isInstanceOf(MigrationCancelledException.class);
            }
            try (MigrationRun run = trial.migration().resume()) {
                run.awaitReadyToCutover(Trial.LIMIT);
                Standing cancelled = new Standing(run, 1);
                run.cancel(CancelOption.CLEAN_TARGET);
                assertThat(cancelled.failure()).isInstanceOf(MigrationCancelledException.class);
            }
            assertThat(trial.events()).anyMatch(MigrationEvent.VerificationFailed.class::isInstance);
        }
    }

    @Test
    void aSessionThatIsKilledEndsItAndNothingElse(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create().write(true);
                MigrationRun run = trial.migration().start()) {
            run.awaitReadyToCutover(Trial.LIMIT);
            for (int i = 0; i < 2; i++) {
                Standing standing = new Standing(run);
                // Keepers and workers alike, and on one of the sides alone.
                try (Connection side = i == 0 ? pair.connectSource() : pair.connectTarget();
                        Statement statement = side.createStatement()) {
                    statement.execute(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'godwit%'"
                                    + " AND state = 'idle in transaction' AND backend_xid IS NULL AND xact_start <"
                                    + " clock_timestamp() - interval '50 ms' AND query NOT LIKE '%godwit.%'");
                }
                standing.reason.set(null);
                assertThat(standing.failure())
                        .isInstanceOf(MigrationException.class)
                        .hasMessageContaining("verif");
                assertThat(run.verify().isEqual()).isTrue();
                assertThat(run.phase()).isIn(MigrationPhase.CATCH_UP, MigrationPhase.READY_TO_CUTOVER);
            }
            for (String side : List.of("source", "target")) {
                // Of several, those that join later would notice.
                Standing standing = new Standing(run, 1);
                endKeeper(side.equals("source") ? pair.source() : pair.target());
                standing.reason.set(null);
                assertThat(standing.failure())
                        .isInstanceOf(MigrationException.class)
                        .hasMessageContaining("keeps the snapshot of the " + side + " has ended")
                        .hasMessageContaining("verify again");
            }
            assertThat(count(pair, "SELECT count(*) FROM pg_replication_slots WHERE temporary"))
                    .isZero();
            run.awaitReadyToCutover(Trial.LIMIT);
            run.cancel();
        }
    }

    /** Alone it has locks on all tables: those that compare have come to none, or to one, by then. */
    private static void endKeeper(PostgresServer server) {
        assertThat(server.query(
                        PostgresPair.DATABASE,
                        "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                                + " WHERE application_name LIKE 'godwit%' AND mode = 'AccessShareLock'"
                                + " AND relation IN ('item'::regclass, 'part'::regclass, 'log'::regclass)"
                                + " GROUP BY pid HAVING count(DISTINCT relation) = 3"))
                .containsExactly("t");
    }

    @Test
    void waitsForALongWriterWithoutHoldingAnythingBack(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create().write(true);
                Connection open = pair.connectSource();
                Statement statement = open.createStatement();
                MigrationRun run = trial.migration().start()) {
            run.awaitReadyToCutover(Trial.LIMIT);
            open.setAutoCommit(false);
            statement.execute("UPDATE item SET price = 55 WHERE id = 1");
            CompletableFuture<VerificationReport> verified = verify(run);
            // Until the first attempt, if there was one, and the pauses between them are over.
            for (int i = 1; i <= 8; i++) {
                int price = i;
                trial.source("UPDATE item SET price = " + price + " WHERE id = 2");
                Awaitility.await().atMost(Trial.LIMIT).until(() -> trial.price(2) == price);
            }
            assertThat(verified).isNotDone();
            open.commit();
            assertThat(verified.get(60, TimeUnit.SECONDS).isEqual()).isTrue();
            run.cancel();
        }
    }

    @Test
    void aTruncateThatIsStillToBeAppliedDoesNotWaitForIt(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create();
                Connection outsider = pair.connectTarget();
                Statement statement = outsider.createStatement();
                MigrationRun run = trial.migration().start()) {
            run.awaitReadyToCutover(Trial.LIMIT);
            // The target falls behind for as long as this is open.
            outsider.setAutoCommit(false);
            statement.execute("SELECT FROM item WHERE id = 1 FOR UPDATE");
            trial.source("UPDATE item SET price = 55 WHERE id = 1", "TRUNCATE part", "INSERT INTO part VALUES (1, 1)");
            CompletableFuture<VerificationReport> verified = verify(run);
            Awaitility.await()
                    .atMost(Trial.LIMIT)
                    .until(() -> count(
                                    pair,
                                    "SELECT count(*) FROM pg_locks WHERE relation = 'part'::regclass"
                                            + " AND mode = 'AccessShareLock'")
                            > 0);
            outsider.rollback();
            assertThat(verified.get(60, TimeUnit.SECONDS).isEqual()).isTrue();
            assertThat(trial.parts()).isEqualTo(1);
            run.cancel();
        }
    }

    /** Who truncates waits for the verification, and the verification, with a table that it has not begun yet, would wait for that. */
    @Test
    void itGivesWayToWhoWaitsForIt(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create();
                MigrationRun run = trial.migration().start()) {
            run.awaitReadyToCutover(Trial.LIMIT);
            Standing standing = new Standing(run, 1);
            CompletableFuture<Void> truncated = CompletableFuture.runAsync(
                    () -> pair.source().execute(pair.database(), "TRUNCATE part", "INSERT INTO part VALUES (1, 1)"));
            Awaitility.await()
                    .atMost(Trial.LIMIT)
                    .until(() -> count(pair, "SELECT count(*) FROM pg_locks WHERE NOT granted") == 1);
            standing.reason.set(null);
            assertThat(standing.failure())
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("part")
                    .hasMessageContaining("the verification has given way");
            truncated.get(60, TimeUnit.SECONDS);
            assertThat(run.verify().isEqual()).isTrue();
            assertThat(trial.parts()).isEqualTo(1);
            run.cancel();
        }
    }

    private static CompletableFuture<VerificationReport> verify(MigrationRun run) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return run.verify();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static long count(PostgresPair pair, String query) throws SQLException {
        try (Connection source = pair.connectSource();
                Statement statement = source.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
