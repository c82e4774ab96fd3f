package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.cutover.CustomFence;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.internal.cutover.StepActs;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who writes to a source that is closed, or opens it, between the decision and the switch undoes the cutover. */
@Tag("R3")
@PostgresPairTest(source = "15", target = "17")
@Sampled(oneOf = 2)
final class LateWritesIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofSeconds(20);
    private static final String WRITABLE = "SET default_transaction_read_only = off";

    @AfterEach
    void actNoMore() {
        StepActs.clear();
    }

    @Test
    void ofASessionThatInsistsAreFoundBehindTheDecision(PostgresPair pair) throws Exception {
        isUndoneBy(
                pair,
                WriteFences.readOnlyDatabase(),
                () -> onSource(pair, WRITABLE, "INSERT INTO item (name) VALUES ('late')"),
                "changed rows although the source was fenced");
        assertThat(pair.target().query("app", "SELECT count(*) FROM item WHERE name = 'late'"))
                .containsExactly("1");
    }

    /** It could write, and nothing of that would be against anything. */
    @Test
    void areNotAwaitedFromARoleThatWasGivenTheRight(PostgresPair pair) throws Exception {
        isUndoneBy(
                pair,
                WriteFences.lockTables(),
                () -> onSource(
                        pair,
                        WRITABLE,
                        "CREATE ROLE privileged",
                        "ALTER ROLE privileged SET default_transaction_read_only = off"),
                "role(s) privileged were given default_transaction_read_only = off",
                "ALTER ROLE privileged RESET default_transaction_read_only");
    }

    @Test
    void areNotAwaitedWhereSomebodyHasOpenedTheSource(PostgresPair pair) throws Exception {
        isUndoneBy(
                pair,
                WriteFences.custom(new Nothing()),
                () -> onSource(pair, WRITABLE, "ALTER DATABASE app RESET default_transaction_read_only"),
                "was opened again");
    }

    /** The first attempt meets it when it has been decided; the second one does not. */
    private static void isUndoneBy(
            PostgresPair pair, WriteFence fence, AlteredFence.Deed deed, String message, String... after)
            throws Exception {
        CutoverUndoIT.prepare(pair);
        AtomicBoolean done = new AtomicBoolean();
        StepActs.set((migration, step, ended) -> {
            if (step.equals("decide") && ended && done.compareAndSet(false, true)) {
                deed.run();
            }
        });
        Told told = new Told();
        CutoverOptions.Builder options =
                CutoverOptions.builder().fence(fence).trafficSwitch(told).maxWritePause(PAUSE);
        try (MigrationRun run = CutoverUndoIT.migration(pair, options).start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'decide'")
                    .hasMessageContaining(message);
            assertThat(told.calls).containsExactly("before fence", "fenced", "stay");
            assertThat(pair.source().query("app", "SHOW default_transaction_read_only"))
                    .containsExactly("off");
            onSource(pair, after);
            CutoverUndoIT.write(pair, "INSERT INTO item (name) VALUES ('open again')");
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    /** Somebody's own change of the database's settings, which is not committed, keeps it from being closed. */
    @Test
    void haveNotToWaitLongerThanThePauseForASourceThatCannotBeClosed(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        Duration pause = Duration.ofSeconds(3);
        try (Connection somebody = pair.source().connect("postgres");
                Statement statement = somebody.createStatement()) {
            statement.execute("SET idle_in_transaction_session_timeout = '30s'");
            somebody.setAutoCommit(false);
            Told told = new Told() {
                @Override
                public void fenced(SwitchContext context) throws Exception {
                    statement.execute("ALTER DATABASE app SET default_transaction_read_only = off");
                }
            };
            CutoverOptions.Builder options =
                    CutoverOptions.builder().trafficSwitch(told).maxWritePause(pause);
            try (MigrationRun run = CutoverUndoIT.migration(pair, options).start()) {
                run.awaitReadyToCutover(READY);
                long began = System.nanoTime();
                assertThatThrownBy(run::cutover)
                        .isInstanceOf(CutoverRevertedException.class)
                        .hasMessageContaining("in step 'seal'");
                // With what comes before the fence, and what undoing takes.
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
                somebody.rollback();
                run.cancel();
            }
        }
    }

    /** Holds nobody back. */
    private static final class Nothing implements CustomFence {
        @Override
        public void raise(FenceContext context) {}

        @Override
        public void lift(FenceContext context) {}
    }

    private static void onSource(PostgresPair pair, String... statements) throws SQLException {
        try (Connection connection = pair.connectSource();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
