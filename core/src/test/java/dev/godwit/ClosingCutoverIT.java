package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.cutover.WriteFences;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is done between closing the source for who connects and ending who is connected. */
@Tag("R3")
@PostgresPairTest(source = "15", target = "17")
@Sampled(oneOf = 2)
final class ClosingCutoverIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String LOCKS = "SELECT count(*) FROM pg_locks WHERE relation = 'item'::regclass"
            + " AND mode = 'ShareRowExclusiveLock' AND granted";

    private static CutoverOptions.Builder options(AlteredFence.Deed beforeSessionsEnd) {
        return CutoverOptions.builder()
                .maxWritePause(Duration.ofSeconds(20))
                .fence(AlteredFence.beforeSeal(WriteFences.lockTables(), beforeSessionsEnd));
    }

    /** Clients are still there, and the target is fit for traffic but for the decision; then it goes wrong, once. */
    @Test
    void takesBackWhatWasDoneOnTheTargetAlready(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        AtomicBoolean failed = new AtomicBoolean();
        CutoverOptions.Builder options = options(() -> {
            assertThat(pair.source()
                            .query(
                                    "postgres",
                                    "SELECT count(*) FROM pg_stat_activity WHERE datname = 'app'"
                                            + " AND application_name = 'client'"))
                    .containsExactly("1");
            assertThat(pair.target().query("app", LOCKS)).containsExactly("1");
            if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("not yet");
            }
        });
        try (MigrationRun run = CutoverUndoIT.migration(pair, options).start()) {
            run.awaitReadyToCutover(READY);
            try (Connection client = client(pair)) {
                assertThatThrownBy(run::cutover)
                        .isInstanceOf(CutoverRevertedException.class)
                        .hasMessageContaining("in step 'seal': not yet");
                assertThat(pair.target().query("app", LOCKS)).containsExactly("0");
                try (Statement statement = client.createStatement()) {
                    statement.execute("INSERT INTO item (name) VALUES ('goes on in the same session')");
                }
                run.awaitReadyToCutover(READY);
                run.cutover();
                assertThatThrownBy(() -> client.createStatement().execute("SELECT 1"))
                        .hasMessageContaining("terminating connection");
            }
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    /** It has read that it may write, and would go on after the switch. */
    @Test
    void endsBackgroundWorkersAsWell(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        AtomicReference<Boolean> there = new AtomicReference<>();
        AtomicReference<BackgroundWorker> worker = new AtomicReference<>();
        try (MigrationRun run = CutoverUndoIT.migration(
                        pair,
                        CutoverOptions.builder()
                                .trafficSwitch(context -> there.set(
                                        Objects.requireNonNull(worker.get()).isThere())))
                .start()) {
            run.awaitReadyToCutover(READY);
            try (BackgroundWorker connected = new BackgroundWorker(pair)) {
                worker.set(connected);
                run.cutover();
            }
        }
        assertThat(there).hasValue(false);
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    private static Connection client(PostgresPair pair) throws SQLException {
        Connection client = pair.connectSource();
        try (Statement statement = client.createStatement()) {
            statement.execute("SET application_name = 'client'");
        }
        return client;
    }

    /** Transactions of other databases end all the time: nothing can be told from that none has, and everything is looked at. */
    @Test
    void isDoneWhereOthersOfTheServerNeverRest(PostgresPair pair) throws Exception {
        pair.source().execute("postgres", "CREATE TABLE busy (id int)");
        try (BusyNeighbour neighbour = new BusyNeighbour(pair)) {
            isUndoneByWhatComesBetweenAndThenDone(pair);
            assertThat(neighbour.commits).hasPositiveValue();
        }
        pair.source().execute("postgres", "DROP TABLE busy");
    }

    @Test
    void findsWhatComesBetweenTheLookAndTheEndOfTheSessions(PostgresPair pair) throws Exception {
        isUndoneByWhatComesBetweenAndThenDone(pair);
    }

    private static void isUndoneByWhatComesBetweenAndThenDone(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        AtomicBoolean changed = new AtomicBoolean();
        CutoverOptions.Builder options = options(() -> {
            if (changed.compareAndSet(false, true)) {
                pair.source().execute("app", "SET default_transaction_read_only = off", "CREATE TABLE sudden (id int)");
            }
        });
        try (MigrationRun run = CutoverUndoIT.migration(pair, options).start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'seal': the source's schema was changed");
            pair.source().execute("app", "DROP TABLE sudden");
            run.awaitReadyToCutover(READY);
            run.rehearseCutover();
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    /** Commits in another database of the source's server until it is closed. */
    private static final class BusyNeighbour implements AutoCloseable {
        private final Thread thread;
        private volatile boolean stopped;
        private final AtomicLong commits = new AtomicLong();

        BusyNeighbour(PostgresPair pair) {
            thread = new Thread(() -> run(pair), "neighbour");
            thread.start();
        }

        private void run(PostgresPair pair) {
            try (Connection connection = pair.source().connect("postgres");
                    Statement statement = connection.createStatement()) {
                while (!stopped) {
                    statement.execute("INSERT INTO busy VALUES (1)");
                    commits.incrementAndGet();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            stopped = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
