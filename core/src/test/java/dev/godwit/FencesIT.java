package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.cutover.CustomFence;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.WriteWorkload;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Each kind of fence, against writers of every kind. */
@PostgresPairTest(source = "15", target = "17")
final class FencesIT {
    private static final Duration READY = Duration.ofMinutes(3);
    static final Duration FENCE_TIMEOUT = Duration.ofSeconds(5);
    private static final String CLOSED = "SHOW default_transaction_read_only";
    private static final String LATE = "INSERT INTO item (name) VALUES ('late')";

    private static WriteFence fence(String kind, CustomFence custom) {
        return switch (kind) {
            case "lockTables" -> WriteFences.lockTables();
            case "readOnlyDatabase" -> WriteFences.readOnlyDatabase();
            case "custom" -> WriteFences.custom(custom);
            default -> WriteFences.inOrder(WriteFences.custom(custom), WriteFences.lockTables());
        };
    }

    /** Eight writers, half of them superusers, one more that is idle in its transaction, and whoever connects meanwhile. */
    @ParameterizedTest
    @ValueSource(strings = {"lockTables", "readOnlyDatabase", "inOrder"})
    void losesNothingAndLetsNobodyWriteAfterTheSwitch(String kind, PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        pair.source().execute("app", "CREATE ROLE clerk LOGIN");
        Gate gate = new Gate();
        try (WriteWorkload workload = WriteWorkload.builder(clerksAndSuperusers(pair))
                        .writers(8)
                        .thinkTime(Duration.ofMillis(15))
                        .build();
                Connection idle = pair.connectSource()) {
            workload.createTables();
            pair.source()
                    .execute(
                            "app",
                            "GRANT USAGE ON SCHEMA workload TO clerk",
                            "GRANT ALL ON ALL TABLES IN SCHEMA workload TO clerk",
                            "GRANT ALL ON ALL SEQUENCES IN SCHEMA workload TO clerk");
            workload.start();
            try (MigrationRun run = migration(pair, fence(kind, gate), context -> {
                        // A write would wait for the locks, which are held until the switch is done.
                        assertThat(pair.source().query("app", "SHOW transaction_read_only"))
                                .containsExactly("on");
                        workload.switchTo(pair.targetDataSource());
                    })
                    .start()) {
                run.awaitReadyToCutover(READY);
                workload.awaitAcknowledged(200, READY);
                idle.setAutoCommit(false);
                write(idle, "INSERT INTO item (name) VALUES ('idle in transaction')");
                Thread release = kind.equals("readOnlyDatabase") ? new Thread() : afterAWhile(idle);
                release.start();
                run.cutover();
                release.join();
            }
            assertThatThrownBy(() -> write(idle, LATE)).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> CutoverUndoIT.write(pair, LATE)).hasMessageContaining("read-only");
            workload.stop();
            assertThat(workload.verify(pair.targetDataSource())).isEmpty();
        }
        assertThat(pair.target().query("app", "SELECT count(*) FROM item WHERE name = 'idle in transaction'"))
                .containsExactly(kind.equals("readOnlyDatabase") ? "0" : "1");
        assertThat(pair.source().query("app", "SELECT count(*) FROM item WHERE name = 'late'"))
                .containsExactly("0");
        assertThat(gate.calls).isEqualTo(kind.equals("inOrder") ? List.of("raise", "recheck") : List.of());
    }

    private static Thread afterAWhile(Connection idle) {
        return new Thread(
                () -> {
                    try {
                        Thread.sleep(700);
                        idle.commit();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                },
                "idle");
    }

    private static DataSource clerksAndSuperusers(PostgresPair pair) {
        AtomicInteger number = new AtomicInteger();
        PGSimpleDataSource source = new PGSimpleDataSource() {
            private static final long serialVersionUID = 1;

            @Override
            public Connection getConnection() throws SQLException {
                return getConnection(number.incrementAndGet() % 2 == 0 ? "clerk" : "postgres", "");
            }
        };
        source.setURL(pair.sourceUrl());
        return source;
    }

    /** The writer goes on behind a fence that does nothing; the log tells, or he is ended with the source. */
    @Test
    void aFenceOfTheUsersThatLeaksUndoesTheCutover(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        Gate gate = new Gate();
        gate.behind = () -> CutoverUndoIT.write(pair, "INSERT INTO item (name) VALUES ('leaked')");
        try (MigrationRun run = migration(pair, WriteFences.custom(gate), TrafficSwitch.byHand())
                .start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("in step 'seal'");
            assertThat(gate.calls).containsExactly("raise", "recheck", "lift");
            CutoverUndoIT.write(pair, "INSERT INTO item (name) VALUES ('open again')");
            gate.behind = () -> {
                throw new IllegalStateException("the flag has been flipped");
            };
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover).hasMessageContaining("the flag has been flipped");
            gate.behind = () -> {};
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lockTables", "readOnlyDatabase", "custom"})
    void aPreparedTransactionCountsAsAWriter(String kind, PostgresPair pair) throws Exception {
        pair.source().setParameter("max_prepared_transactions", "5");
        pair.source().restart();
        CutoverUndoIT.prepare(pair);
        String prepare = "BEGIN; INSERT INTO item (name) VALUES ('prepared'); PREPARE TRANSACTION 'two phases'";
        Gate gate = new Gate();
        // After the cutover has looked for some.
        TrafficSwitch late = new Told() {
            @Override
            public void beforeFence(SwitchContext context) throws SQLException {
                CutoverUndoIT.write(pair, prepare);
            }
        };
        try (MigrationRun run = migration(pair, fence(kind, gate), late).start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("prepared transaction");
            assertThat(pair.source().query("app", CLOSED)).containsExactly("off");
            CutoverUndoIT.write(pair, "COMMIT PREPARED 'two phases'");
            run.cancel();
        }
    }

    /** A process that died behind its fence is played by a fence that nobody lowers. */
    @ParameterizedTest
    @ValueSource(strings = {"lockTables", "readOnlyDatabase", "custom", "inOrder"})
    void opensTheSourceAfterACrashBehindTheFence(String kind, PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        Gate gate = new Gate();
        WriteFence fence = fence(kind, gate);
        TrafficSwitch dying = new Told() {
            @Override
            public void fenced(SwitchContext context) throws Exception {
                gate.calls.add("died");
                throw new MigrationException(null, "died", null);
            }
        };
        WriteFence stuck = AlteredFence.stuck(fence);
        try (MigrationRun run = migration(pair, stuck, dying).start()) {
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover).isNotInstanceOf(CutoverRevertedException.class);
            assertThatThrownBy(run::cancel).hasMessageContaining("a cutover was interrupted");
        }
        assertThatThrownBy(migration(pair, fence, dying)::cleanUp).hasMessageContaining("Migration.resume()");
        assertThat(pair.source().query("app", CLOSED)).containsExactly(kind.equals("readOnlyDatabase") ? "on" : "off");
        Told told = new Told();
        AtomicInteger lost = new AtomicInteger();
        WriteFence unreachable = AlteredFence.beforeReopen(fence, () -> {
            if (lost.incrementAndGet() <= 2) {
                throw new SQLException("the network is down", "08006");
            }
        });
        try (Connection began = pair.connectSource();
                MigrationRun run = migration(pair, unreachable, told).resume()) {
            run.awaitReadyToCutover(READY);
            assertThat(told.calls).containsExactly("stay again");
            assertThat(pair.source().query("app", CLOSED)).containsExactly("off");
            if (kind.equals("readOnlyDatabase")) {
                assertThatThrownBy(() -> write(began, LATE)).isInstanceOf(SQLException.class);
            } else {
                write(began, "INSERT INTO item (name) VALUES ('in time')");
            }
            CutoverUndoIT.write(pair, "INSERT INTO item (name) VALUES ('open again')");
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    /** By an administrator, or another migration of the same database that was cut over: nothing here opens it. */
    @ParameterizedTest
    @ValueSource(strings = {"lockTables", "readOnlyDatabase", "custom", "inOrder"})
    void leavesClosedWhatWasClosedBefore(String kind, PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        WriteFence fence = fence(kind, new Gate());
        Told dying = new Told() {
            @Override
            public void switchToTarget(SwitchContext context) throws Exception {
                super.switchToTarget(context);
                throw new MigrationException(null, "died", null);
            }
        };
        try (MigrationRun run =
                migration(pair, AlteredFence.stuck(fence), dying).start()) {
            run.awaitReadyToCutover(READY);
            pair.source().execute("app", "ALTER DATABASE app SET default_transaction_read_only = yes");
            assertThatThrownBy(run::cutover).isNotInstanceOf(CutoverRevertedException.class);
        }
        assertThat(dying.calls).endsWith("switch");
        assertThat(pair.target().query("app", "SELECT cutover_step FROM godwit.migration"))
                .containsExactly("SEALING");
        AtomicInteger attempts = new AtomicInteger();
        TrafficSwitch once = context -> {
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("not yet");
            }
        };
        try (MigrationRun run = migration(pair, fence, once).resume()) {
            run.awaitReadyToCutover(READY);
            assertThat(pair.source().query("app", CLOSED)).containsExactly("on");
            run.rehearseCutover();
            assertThat(pair.source().query("app", CLOSED)).containsExactly("on");
            run.awaitReadyToCutover(READY);
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("is left closed for writes");
            assertThat(pair.source().query("app", CLOSED)).containsExactly("on");
            run.awaitReadyToCutover(READY);
            run.cutover();
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    /** Whoever died in it came to no fence; and a record of an earlier release does not say who has closed the source. */
    @Test
    void goesByTheRecordOfAnEarlierReleaseAndOpensNothingWhereNoStepIsRecorded(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        Migration migration = migration(pair, WriteFences.lockTables(), TrafficSwitch.byHand());
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
        }
        pair.source().execute("app", "ALTER DATABASE app SET default_transaction_read_only = on");
        for (String step : List.of("NULL", "'SEALING'")) {
            pair.target()
                    .execute(
                            "app",
                            "ALTER TABLE godwit.migration DROP COLUMN source_closed_before",
                            "UPDATE godwit.migration SET phase = 'CUTOVER', cutover_step = " + step);
            try (MigrationRun run = migration.resume()) {
                run.awaitReadyToCutover(READY);
                assertThat(pair.source().query("app", CLOSED)).containsExactly(step.equals("NULL") ? "on" : "off");
            }
        }
        migration.cleanUp();
    }

    static Migration migration(PostgresPair pair, WriteFence fence, TrafficSwitch trafficSwitch) {
        return Migration.builder()
                .name("undo")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .cutover(CutoverOptions.builder()
                        .fence(fence)
                        .trafficSwitch(trafficSwitch)
                        .fenceTimeout(FENCE_TIMEOUT)
                        .build())
                .build();
    }

    private static void write(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
