package dev.godwit.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.CutoverOptions;
import dev.godwit.MigrationRun;
import dev.godwit.VerifyOptions;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.SequenceDifference;
import dev.godwit.result.VerificationReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A cutover that requires a verification, and compares again what has changed since. */
@PostgresPairTest(source = "13", target = "17")
final class VerifiedCutoverIT {
    private static final Duration HOUR = Duration.ofHours(1);

    private static CutoverOptions required(Duration maxAge, int recheckedRows) {
        return required(maxAge, recheckedRows, TrafficSwitch.byHand());
    }

    private static CutoverOptions required(Duration maxAge, int recheckedRows, TrafficSwitch trafficSwitch) {
        return CutoverOptions.builder()
                .requireVerified(maxAge)
                .recheckChanges(recheckedRows)
                .trafficSwitch(trafficSwitch)
                .build();
    }

    /** Much is changed right before the fence, so that it is on its way yet when the end of the log is read. */
    /** What is written right before the fence arrives on the target a while behind it. */
    private static TrafficSwitch busy(PostgresPair pair, Trial trial) {
        return new TrafficSwitch() {
            @Override
            public void beforeFence(SwitchContext context) {
                Connection reader = holdUp(pair);
                trial.source("UPDATE part SET note = note || '-' WHERE item > 100");
                CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS).execute(() -> end(reader));
            }

            @Override
            public void switchToTarget(SwitchContext context) {}
        };
    }

    @SuppressWarnings("resource") // ended by who has it
    private static Connection holdUp(PostgresPair pair) {
        try {
            Connection reader = pair.connectTarget();
            reader.setAutoCommit(false);
            try (Statement statement = reader.createStatement()) {
                statement.execute("LOCK TABLE part IN SHARE MODE");
            }
            return reader;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void end(Connection session) {
        try {
            session.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void refuses(Trial trial, MigrationRun run, String... reason) throws Exception {
        run.awaitReadyToCutover(Trial.LIMIT);
        assertThatThrownBy(run::cutover)
                .isInstanceOf(CutoverRevertedException.class)
                .hasMessageContainingAll(reason)
                .hasMessageContaining("verify again");
        assertThat(trial.events())
                .noneMatch(event -> event instanceof MigrationEvent.CutoverStepStarted step
                        && step.step().equals("fence"));
        run.awaitReadyToCutover(Trial.LIMIT);
    }

    @Test
    void isRefusedBeforeTheFenceUntilAllIsFoundEqual(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create().write(true)) {
            trial.source("CREATE SEQUENCE counted");
            try (MigrationRun run = trial.migration(required(HOUR, 0), 1).start()) {
                refuses(trial, run, "requireVerified", "there was none");
                run.verify(VerifyOptions.builder()
                        .tables(table -> table.name().equals("part"))
                        .build());
                refuses(trial, run, "there was none");
                trial.target("UPDATE part SET note = 'wrong' WHERE item = 9 AND pos = 2");
                assertThat(run.verify().isEqual()).isFalse();
                refuses(trial, run, "has found differences");
                run.repair(run.verify());
                refuses(trial, run, "has found differences");
                trial.target("ALTER SEQUENCE counted RENAME TO lost");
                assertThat(run.verify().sequences())
                        .extracting(SequenceDifference::kind)
                        .containsExactly(SequenceDifference.Kind.MISSING);
                trial.target("ALTER SEQUENCE lost RENAME TO counted");
                assertThat(run.verify().isEqual()).isTrue();
                run.copyAfresh("public.part");
                refuses(trial, run, "public.part", "copied afresh");
                assertThat(run.verify().isEqual()).isTrue();
            }
            // What was found outlives the process; that it is too old as well.
            try (MigrationRun run =
                    trial.migration(required(Duration.ofMillis(1), 0), 1).resume()) {
                refuses(trial, run, "requireVerified allows PT0.001S");
            }
            try (MigrationRun run = trial.migration(required(HOUR, 0), 1).resume()) {
                trial.target("UPDATE godwit.verification SET taken = taken + interval '2 h'");
                refuses(trial, run, "in the future of the target's clock");
                trial.target("UPDATE godwit.verification SET taken = taken - interval '2 h'");
                trial.stopWriting();
                run.cutover();
                assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
                assertThat(run.status().verification().last()).isNotNull();
            }
        }
    }

    @Test
    void comparesAgainWhatHasChangedSince(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create().write(true)) {
            try (MigrationRun run = trial.migration(required(HOUR, 100_000), 2).start()) {
                run.awaitReadyToCutover(Trial.LIMIT);
                assertThat(run.verify().isEqual()).isTrue();
            }
            try (MigrationRun run = trial.migration(required(HOUR, 100_000, busy(pair, trial)), 2)
                    .resume()) {
                refuses(trial, run, "another process has made that one");
                assertThat(run.verify().isEqual()).isTrue();
                trial.source("INSERT INTO log (line) VALUES ('more')");
                refuses(trial, run, "public.log", "has no key");
                assertThat(run.verify().isEqual()).isTrue();
                // Of a row that has been changed since; it stays as it was planted, because the stream brings only what
                // it was sent.
                trial.source("UPDATE item SET price = 5 WHERE id = 6");
                trial.stopWriting();
                Awaitility.await().atMost(Trial.LIMIT).until(() -> trial.price(6) == 5);
                trial.target("UPDATE item SET price = 6 WHERE id = 6", "UPDATE item SET price = 6 WHERE id = 7");
                assertThatThrownBy(run::cutover)
                        .isInstanceOf(CutoverRevertedException.class)
                        .hasMessageContainingAll("'recheck'", "1 rows", "public.item key", "DIFFERENT in price");
                run.awaitReadyToCutover(Trial.LIMIT);
                trial.source("INSERT INTO item VALUES (5, 'x', 1, 1) ON CONFLICT (id) DO UPDATE SET price = 1");
                run.repair(run.verify());
                assertThat(run.verify().isEqual()).isTrue();
                trial.source(
                        "DELETE FROM part WHERE item = 10",
                        "UPDATE item SET id = -id WHERE id = 11",
                        "DELETE FROM item WHERE id = 12");
                run.awaitReadyToCutover(Trial.LIMIT);
                CutoverReport report = run.cutover();
                assertThat(report.steps()).containsKey("recheck");
            }
        }
    }

    @Test
    void isRefusedIfMoreHasChangedThanIsComparedAgain(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create();
                MigrationRun run = trial.migration(required(HOUR, 10), 1).start()) {
            run.awaitReadyToCutover(Trial.LIMIT);
            assertThat(run.verify().isEqual()).isTrue();
            trial.source("UPDATE item SET price = 0 WHERE id <= 11");
            Awaitility.await().atMost(Trial.LIMIT).until(() -> trial.price(11) == 0);
            refuses(trial, run, "more than 10 rows were changed");
            assertThat(run.verify().isEqual()).isTrue();
            trial.source("TRUNCATE part");
            Awaitility.await().atMost(Trial.LIMIT).until(() -> trial.parts() == 0);
            refuses(trial, run, "public.part was truncated");
            run.cancel();
        }
    }

    @Test
    void isRefusedAsLongAsADifferenceIsYoungerThanTheLastVerificationOfEverything(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create();
                MigrationRun run = trial.migration(required(HOUR, 0), 1).start()) {
            run.awaitReadyToCutover(Trial.LIMIT);
            assertThat(run.verify().isEqual()).isTrue();
            trial.target("UPDATE part SET note = 'wrong' WHERE item = 9 AND pos = 2");
            VerificationReport different = run.verify(only("part"));
            assertThat(different.isEqual()).isFalse();
            trial.source("INSERT INTO log (line) VALUES ('so that the next one is at another position')");
            assertThat(run.verify(only("item")).isEqual()).isTrue();
            refuses(trial, run, different.lsn().toString(), "has found differences");
            run.cancel();
        }
    }

    private static VerifyOptions only(String table) {
        return VerifyOptions.builder().tables(name -> name.name().equals(table)).build();
    }

    @Test
    void xmlIsWrittenAsItIsSent(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create()) {
            trial.source(
                    "CREATE TABLE doc (id int PRIMARY KEY, x xml)",
                    "INSERT INTO doc VALUES (1, '<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>'), (2, '<b/>'), (3, NULL)");
            try (MigrationRun run = trial.migration(required(HOUR, 10), 1).start()) {
                run.awaitReadyToCutover(Trial.LIMIT);
                VerificationReport report = run.verify();
                assertThat(report.isEqual()).as(report.toTable()).isTrue();
                trial.source(
                        "INSERT INTO doc VALUES (4, '<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><a/>')");
                run.cutover();
            }
        }
    }

    @Test
    void aTableThatWasDroppedBeforeItJoinedIsNotMissed(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create()) {
            try (MigrationRun run = trial.migration(required(HOUR, 0), 1).start();
                    Connection writing = pair.connectSource();
                    Statement statement = writing.createStatement()) {
                run.awaitReadyToCutover(Trial.LIMIT);
                trial.source("CREATE TABLE late (id int PRIMARY KEY)");
                // The slot waits for it.
                statement.execute("BEGIN; CREATE TEMPORARY TABLE written (i int)");
                run.addTable("public.late");
            }
            trial.source("DROP TABLE late");
            try (MigrationRun run = trial.migration(required(HOUR, 0), 1).resume()) {
                run.awaitReadyToCutover(Trial.LIMIT);
                VerificationReport report = run.verify();
                assertThat(report.isEqual()).as(report.toTable()).isTrue();
                assertThat(report.notCompared()).isEmpty();
                assertThat(report.scope().isWhole()).isTrue();
                trial.target("DROP TABLE late");
                run.cutover();
            }
        }
    }

    @Test
    void isRefusedIfRowsAreKnownByAnotherKeySince(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create()) {
            trial.source("ALTER TABLE item ALTER name SET NOT NULL");
            try (MigrationRun run = trial.migration(required(HOUR, 100), 1).start()) {
                run.awaitReadyToCutover(Trial.LIMIT);
                assertThat(run.verify().isEqual()).isTrue();
                String identity = "ALTER TABLE item REPLICA IDENTITY USING INDEX item_name_key";
                trial.source(identity);
                trial.target(identity);
                trial.source("UPDATE item SET price = 5 WHERE id = 6");
                Awaitility.await().atMost(Trial.LIMIT).until(() -> trial.price(6) == 5);
                trial.target("UPDATE item SET price = 6 WHERE id = 6");
                refuses(trial, run, "replica identity of public.item was changed");
                trial.target("UPDATE item SET price = 5 WHERE id = 6");
                assertThat(run.verify().isEqual()).isTrue();
                trial.source("UPDATE item SET price = 7 WHERE id = 6");
                run.cutover();
            }
        }
    }
}
