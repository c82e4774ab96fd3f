package dev.godwit.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationException;
import dev.godwit.result.MigrationPausedException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that is paused by its user stands still, keeps what it has, and goes on where it was. */
@PostgresPairTest(source = "15", target = "17")
final class PauseIT {
    private static final String SNAPSHOT_HELD = "SELECT count(*) FROM pg_stat_activity"
            + " WHERE application_name = 'godwit-held' AND backend_xmin IS NOT NULL AND state = 'idle in transaction'";

    @ParameterizedTest
    @EnumSource(names = {"SCHEMA", "SNAPSHOT", "CATCH_UP", "READY_TO_CUTOVER"})
    void standsStillInEveryPhaseAndGoesOnWhereItWas(MigrationPhase phase, PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, phase);
                MigrationRun run = held.start()) {
            assertThat(run.phase()).isEqualTo(phase);
            run.pause();
            run.pause();
            assertThat(run.phase()).isEqualTo(MigrationPhase.PAUSED);
            held.release();
            if (phase != MigrationPhase.SNAPSHOT) {
                held.awaitStandstill();
            }
            String before = state(held);
            held.write();
            assertThatThrownBy(() -> run.awaitReadyToCutover(Held.LIMIT))
                    .isInstanceOf(MigrationPausedException.class)
                    .hasMessageContaining("MigrationRun.pause() was called");
            assertThatThrownBy(run::cutover).isInstanceOf(MigrationException.class);
            await().during(Duration.ofMillis(700))
                    .atMost(Held.LIMIT)
                    .until(() -> state(held).equals(before));
            run.resume();
            run.resume();
            held.complete(run);
            assertThat(held.phases().stream().filter(MigrationPhase.PAUSED::equals))
                    .hasSize(1);
            assertThat(held.phases()
                            .subList(
                                    held.phases().indexOf(MigrationPhase.PAUSED) + 1,
                                    held.phases().size()))
                    .startsWith(phase == MigrationPhase.READY_TO_CUTOVER ? MigrationPhase.CATCH_UP : phase);
            if (phase == MigrationPhase.SNAPSHOT) {
                // It was short enough for the snapshot to be kept.
                assertThat(held.told(MigrationEvent.TableQueued.class)).hasSize(2);
                assertThat(held.standstills()).isEmpty();
            }
        }
    }

    /** What a run that goes on would change. */
    private static String state(Held held) {
        return held.ofTarget(
                "SELECT (SELECT count(*) FROM godwit.schema_step) || ' ' || (SELECT phase FROM godwit.migration)"
                        + " || ' ' || (SELECT string_agg(table_name || state, ' ' ORDER BY 1) FROM godwit.table_state)"
                        + " || CASE WHEN to_regclass('shop.item') IS NULL THEN '' ELSE (xpath('//c/text()', query_to_xml("
                        + "'SELECT count(*) AS c FROM shop.item', false, true, '')))[1]::text END");
    }

    @Test
    void givesTheSnapshotUpWhenThePauseOfACopyIsLong(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.SNAPSHOT);
                MigrationRun run = held.start()) {
            assertThat(held.ofSource(SNAPSHOT_HELD)).isNotEqualTo("0");
            run.pause();
            held.release();
            held.awaitStandstill();
            await().atMost(Held.LIMIT).until(() -> held.ofSource(SNAPSHOT_HELD).equals("0"));
            assertThat(held.standstills().get(0)).contains("in SNAPSHOT").contains("resume()");
            assertThat(held.ofSource("SELECT count(*) FROM pg_replication_slots WHERE NOT temporary"))
                    .isEqualTo("1");
            held.write();
            run.resume();
            held.complete(run);
            assertThat(held.told(MigrationEvent.TableQueued.class)).hasSize(4);
        }
    }

    @Test
    void retainsTheLogWhileItIsPausedAndSaysSo(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER);
                MigrationRun run = held.start()) {
            run.pause();
            held.awaitStandstill();
            String slot = held.ofSource("SELECT slot_name FROM pg_replication_slots");
            assertThat(held.standstills()).singleElement().asString().contains(slot, "keeps its log");
            assertThat(Objects.requireNonNull(run.status().failure()).nextStep())
                    .isEqualTo("MigrationRun.resume()");
            String position =
                    held.ofSource("SELECT restart_lsn || ' ' || confirmed_flush_lsn FROM pg_replication_slots");
            pair.source()
                    .execute(
                            pair.database(),
                            "INSERT INTO shop.item (kind, v) SELECT 2, repeat('y', 1000) FROM generate_series(1, 5000)",
                            "CHECKPOINT");
            assertThat(held.ofSource("SELECT restart_lsn || ' ' || confirmed_flush_lsn FROM pg_replication_slots"))
                    .isEqualTo(position);
            assertThat(Long.parseLong(held.ofSource(
                            "SELECT (pg_current_wal_lsn() - confirmed_flush_lsn)::bigint FROM pg_replication_slots")))
                    .isGreaterThan(5_000_000);
            assertThat(held.ofTarget("SELECT count(*) FROM shop.item")).isEqualTo("2000");
            run.resume();
            held.complete(run);
        }
    }

    @Test
    void isPausedAndResumedByManyThreadsAtOnce(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER);
                MigrationRun run = held.start()) {
            Together.run(8, number -> {
                for (int i = 0; i < 20; i++) {
                    if (number % 2 == 0) {
                        run.pause();
                    } else {
                        run.resume();
                    }
                    held.write();
                }
            });
            run.resume();
            held.complete(run);
            assertThat(held.ofTarget("SELECT count(*) FROM shop.item")).isEqualTo("2160");
        }
    }

    @Test
    void isPausedAndResumedByAListenerInEveryPhase(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.CREATED)) {
            PausingListener listener = new PausingListener(List.of(
                    MigrationPhase.SCHEMA,
                    MigrationPhase.SNAPSHOT,
                    MigrationPhase.CATCH_UP,
                    MigrationPhase.READY_TO_CUTOVER));
            try (MigrationRun run = listener.begin(
                    held.migration(pair.sourceUrl()).listener(listener).build())) {
                await().atMost(Held.LIMIT).until(listener::isDone);
                await().atMost(Held.LIMIT).until(() -> run.phase() == MigrationPhase.READY_TO_CUTOVER);
                held.complete(run);
            }
            // By the time that the listener hears of a phase the run may be further on, and be paused already.
            assertThat(held.phases().stream().filter(MigrationPhase.PAUSED::equals))
                    .hasSizeBetween(1, 4);
        }
    }

    @Test
    void goesOnInAnotherProcessAfterItWasKilledInItsPause(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER)) {
            try (PausedProcess process = PausedProcess.start(pair)) {
                process.awaitPaused();
                held.write();
            }
            assertThat(held.ofTarget("SELECT failure FROM godwit.migration"))
                    .contains("paused by MigrationRun.pause()");
            await().atMost(Held.LIMIT)
                    .until(() -> held.ofTarget(
                                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7166213")
                            .equals("0"));
            try (MigrationRun run = held.migration().resume()) {
                held.complete(run);
            }
            assertThat(held.ofTarget("SELECT count(*) FROM shop.item")).isEqualTo("2001");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CUTOVER", "FAILED"})
    void refusesAPauseWhereThereIsNothingToPause(MigrationPhase phase, PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, phase);
                MigrationRun run = held.start()) {
            assertThatThrownBy(run::pause)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("cannot be paused");
            assertThat(run.phase()).isEqualTo(phase);
            if (phase == MigrationPhase.CUTOVER) {
                run.resume();
                held.release();
                run.awaitCompleted(Held.LIMIT);
                assertThatThrownBy(run::pause).hasMessageContaining("it is in COMPLETED");
                run.resume();
            } else {
                assertThatThrownBy(run::resume).hasMessageContaining("it has failed");
                run.cancel();
            }
        }
    }

    @Test
    void refusesEverythingAfterItsRunWasClosed(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER)) {
            MigrationRun run = held.start();
            run.close();
            run.close();
            assertThatThrownBy(run::pause).hasMessageContaining("its run was closed");
            assertThatThrownBy(run::resume).hasMessageContaining("its run was closed");
            assertThatThrownBy(run::cutover).hasMessageContaining("its run was closed");
            assertThatThrownBy(run::cancel).hasMessageContaining("its run was closed");
            assertThatThrownBy(() -> run.workers(3)).hasMessageContaining("its run was closed");
            assertThatThrownBy(() -> run.maxBytesPerSecond(3)).hasMessageContaining("its run was closed");
            assertThatThrownBy(() -> run.appliers(3)).hasMessageContaining("its run was closed");
            held.migration().cleanUp();
        }
    }
}
