package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RehearsalReport;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A rehearsal does all of a cutover but the switch, and leaves everything as it was; what else the options of a cutover ask for. */
@PostgresPairTest(source = "15", target = "17")
final class CutoverRehearsalIT {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String RELOAD = "INSERT INTO reloaded SELECT FROM generate_series(1, 7)";
    private static final String TRIGGERS =
            "SELECT tgrelid::regclass || '.' || tgname || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1";

    @Test
    void measuresThePauseAndLeavesEverythingAsItWas(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        Told told = new Told();
        List<MigrationEvent> events = new CopyOnWriteArrayList<>();
        try (MigrationRun run = Migration.builder()
                        .name("undo")
                        .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                        .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                        .cutover(CutoverOptions.builder().trafficSwitch(told).build())
                        .listener(events::add)
                        .build()
                        .start();
                Connection old = pair.connectSource();
                Statement writer = old.createStatement()) {
            run.awaitReadyToCutover(READY);
            List<String> triggers = pair.target().query("app", TRIGGERS);
            for (int i = 0; i < 2; i++) {
                run.awaitReadyToCutover(READY);
                RehearsalReport report = run.rehearseCutover();
                assertThat(report.expectedPause()).isPositive().isLessThan(report.heldBack());
                assertThat(report.steps()).containsOnlyKeys("prepare", "fence", "drain", "fill", "seal", "decide");
                assertThat(report.sequences()).isEqualTo(3);
                // The session from before is alive, and may write.
                writer.execute("INSERT INTO item (name) VALUES ('after rehearsal " + i + "')");
                assertThat(run.phase()).isIn(MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CATCH_UP);
                assertThat(pair.target().query("app", TRIGGERS)).isEqualTo(triggers);
                assertThat(pair.target().query("app", "SELECT cutover_step IS NULL FROM godwit.migration"))
                        .containsExactly("t");
            }
            assertThat(told.calls).isEmpty();
            run.awaitReadyToCutover(READY);
            run.cutover();
            assertThat(told.calls).containsExactly("before fence", "fenced", "switch");
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
        assertThat(events.stream().filter(MigrationEvent.CutoverRehearsed.class::isInstance))
                .hasSize(2);
        assertThat(pair.target().query("app", "SELECT step FROM godwit.cutover_step WHERE attempt = 2 ORDER BY id"))
                .containsExactly("prepare", "fence", "drain", "fill", "seal", "decide", "rehearsed");
    }

    @Test
    void tellsWhatWouldUndoACutoverAndOpensTheSource(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        try (MigrationRun run = CutoverUndoIT.migration(
                                pair,
                                CutoverOptions.builder()
                                        .fence(WriteFences.readOnlyDatabase())
                                        .maxWritePause(Duration.ofSeconds(2)))
                        .start();
                Connection reader = pair.connectTarget()) {
            run.awaitReadyToCutover(READY);
            reader.setAutoCommit(false);
            try (Statement statement = reader.createStatement()) {
                statement.execute("SELECT count(*) FROM item");
            }
            assertThatThrownBy(run::rehearseCutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("the rehearsal of the cutover of migration 'undo' ended in step 'seal'");
            reader.rollback();
            CutoverUndoIT.write(pair, "INSERT INTO item (name) VALUES ('open')");
            run.awaitReadyToCutover(READY);
            run.rehearseCutover();
            CutoverUndoIT.write(pair, "INSERT INTO item (name) VALUES ('open')");
            run.awaitReadyToCutover(READY);
            run.cutover();
            assertThatThrownBy(run::rehearseCutover).hasMessageContaining("COMPLETED");
        }
        CutoverUndoIT.assertThatTheTargetIsComplete(pair);
    }

    /** Whoever reads a materialized view with a unique index goes on while it is refreshed the second time, also in rounds. */
    @Test
    void refreshesViewsInsideThePauseAndLeavesOutNumbersOfSequences(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        pair.source()
                .execute(
                        "app",
                        "CREATE MATERIALIZED VIEW busy AS SELECT name, count(*) FROM item GROUP BY name",
                        "CREATE UNIQUE INDEX ON busy (name)",
                        "CREATE MATERIALIZED VIEW of_busy AS SELECT count(*) AS n FROM busy",
                        "CREATE FUNCTION composed(name text) RETURNS bigint LANGUAGE plpgsql AS"
                                + " $$DECLARE n bigint; BEGIN EXECUTE 'SELECT max(count) FROM ' || name INTO n; RETURN n; END$$",
                        "CREATE MATERIALIZED VIEW through AS SELECT composed('public.busy') AS count",
                        "CREATE UNIQUE INDEX ON through (count)",
                        "CREATE MATERIALIZED VIEW beyond AS SELECT composed('public.through') AS count",
                        "CREATE UNIQUE INDEX ON beyond (count)",
                        "CREATE SEQUENCE short MAXVALUE 12",
                        "SELECT nextval('short')",
                        "CREATE TABLE reloaded (id serial PRIMARY KEY, small smallserial)",
                        RELOAD,
                        "CREATE TABLE part (id int, n int) PARTITION BY LIST (id)",
                        "CREATE TABLE part_1 PARTITION OF part (PRIMARY KEY (id)) FOR VALUES IN (1)",
                        "CREATE TABLE part_2 PARTITION OF part (PRIMARY KEY (id)) FOR VALUES IN (2)",
                        "CREATE TRIGGER noted AFTER INSERT ON part FOR EACH ROW EXECUTE FUNCTION note()",
                        "CREATE TRIGGER off AFTER INSERT ON part FOR EACH ROW EXECUTE FUNCTION note()",
                        "ALTER TABLE part DISABLE TRIGGER off",
                        "ALTER TABLE part_1 ENABLE ALWAYS TRIGGER noted",
                        "ALTER TABLE part_2 ENABLE REPLICA TRIGGER noted",
                        "ALTER TABLE ONLY part ENABLE ALWAYS TRIGGER noted",
                        "ALTER TABLE part_2 ENABLE ALWAYS TRIGGER off",
                        "CREATE SUBSCRIPTION asleep CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)");
        List<String> triggers = pair.source().query("app", TRIGGERS);
        // Behind what is carried ahead of the pause.
        TrafficSwitch reloading = new Told() {
            @Override
            public void beforeFence(SwitchContext context) throws Exception {
                CutoverUndoIT.write(pair, "TRUNCATE reloaded RESTART IDENTITY; " + RELOAD);
            }
        };
        try (MigrationRun run = CutoverUndoIT.migration(
                                pair,
                                CutoverOptions.builder()
                                        .materializedViews(MaterializedViewRefresh.INSIDE_PAUSE)
                                        .trafficSwitch(reloading)
                                        .sequenceMargin(100))
                        .start();
                Connection reader = pair.connectTarget()) {
            pair.target()
                    .execute(
                            "app",
                            "CREATE SUBSCRIPTION asleep_too CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)",
                            "CREATE FUNCTION quiet() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
                            "CREATE EVENT TRIGGER quiet ON ddl_command_end EXECUTE FUNCTION quiet()",
                            "ALTER EVENT TRIGGER quiet ENABLE ALWAYS");
            run.awaitReadyToCutover(READY);
            run.rehearseCutover();
            reader.setAutoCommit(false);
            try (Statement statement = reader.createStatement()) {
                statement.execute("SELECT count(*) FROM busy, through, beyond");
            }
            CutoverUndoIT.write(pair, "INSERT INTO item (name) VALUES ('the last')");
            run.awaitReadyToCutover(READY);
            run.cutover();
            reader.rollback();
        }
        assertThat(pair.target().query("app", "SELECT count FROM busy WHERE name = 'the last'"))
                .containsExactly("1");
        assertThat(pair.target().query("app", "SELECT n = (SELECT count(*) FROM busy) FROM of_busy"))
                .containsExactly("t");
        assertThat(pair.target().query("app", "SELECT (SELECT max(count) FROM busy) = ALL (SELECT count FROM beyond)"))
                .containsExactly("t");
        assertThat(pair.target().query("app", TRIGGERS)).isEqualTo(triggers);
        // From 995 downwards by five; 1 of 12, of which one is left.
        assertThat(pair.target().query("app", "SELECT nextval('free') || '|' || nextval('short')"))
                .containsExactly("490|12");
        assertThat(pair.target()
                        .query("app", "SELECT nextval('reloaded_id_seq') || '|' || nextval('reloaded_small_seq')"))
                .containsExactly("108|108");
        assertThat(pair.source().query("app", "SELECT subname || subenabled FROM pg_subscription"))
                .containsExactly("asleepfalse");
        assertThat(pair.target().query("app", "SELECT subname || subenabled FROM pg_subscription"))
                .containsExactly("asleep_toofalse");
        assertThat(pair.target().query("app", "SELECT evtenabled FROM pg_event_trigger"))
                .containsExactly("A");
        pair.source()
                .execute(
                        "app",
                        "SET default_transaction_read_only = off",
                        "ALTER SUBSCRIPTION asleep SET (slot_name = NONE)",
                        "DROP SUBSCRIPTION asleep");
        pair.target()
                .execute("app", "ALTER SUBSCRIPTION asleep_too SET (slot_name = NONE)", "DROP SUBSCRIPTION asleep_too");
    }

    /** All that is left then is to record that it is over. */
    @Test
    void isOverOnceTheTargetAnswersAgainAndFailsTheRunIfThatCannotPass(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        try (MigrationRun run =
                CutoverUndoIT.migration(pair, CutoverOptions.builder()).start()) {
            run.awaitReadyToCutover(READY);
            refuseToBecomeReady(pair, "nextval('public.refused') <= 2", "57P03");
            run.rehearseCutover();
            assertThat(run.phase()).isIn(MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CATCH_UP);
            CutoverUndoIT.write(pair, "INSERT INTO item (name) VALUES ('after the first one')");
            run.awaitReadyToCutover(READY);
            refuseToBecomeReady(pair, "true", "P0001");
            assertThatThrownBy(run::rehearseCutover)
                    .isInstanceOf(MigrationException.class)
                    .isNotInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("was rehearsed to its end, and the source takes writes");
            assertThat(run.phase()).isEqualTo(MigrationPhase.FAILED);
            CutoverUndoIT.write(pair, "INSERT INTO item (name) VALUES ('after the second one')");
            pair.target().execute("app", "DROP FUNCTION public.refuse() CASCADE");
            run.cancel();
        }
    }

    private static void refuseToBecomeReady(PostgresPair pair, String condition, String state) {
        pair.target()
                .execute(
                        "app",
                        "CREATE SEQUENCE IF NOT EXISTS public.refused",
                        "CREATE OR REPLACE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
                                + condition + " THEN RAISE 'refused by the test' USING ERRCODE = '" + state
                                + "'; END IF; RETURN new; END $$",
                        "DROP TRIGGER IF EXISTS refuse ON godwit.migration",
                        "CREATE TRIGGER refuse BEFORE UPDATE ON godwit.migration FOR EACH ROW WHEN (old.phase = 'CUTOVER'"
                                + " AND new.phase = 'READY_TO_CUTOVER') EXECUTE FUNCTION public.refuse()");
    }

    /** Its worker is no session that a fence holds back or ends. */
    @Test
    void refusesASubscriptionThatWritesToMigratedTables(PostgresPair pair) throws Exception {
        CutoverUndoIT.prepare(pair);
        try (MigrationRun run =
                CutoverUndoIT.migration(pair, CutoverOptions.builder()).start()) {
            run.awaitReadyToCutover(READY);
            pair.source()
                    .execute(
                            "app",
                            "CREATE SUBSCRIPTION awake CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p WITH (connect = false)",
                            "INSERT INTO pg_subscription_rel SELECT oid, 'item'::regclass, 'i', NULL FROM pg_subscription",
                            "ALTER SUBSCRIPTION awake ENABLE");
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("subscription(s) awake of the source write to migrated tables [public.item]");
            pair.source().execute("app", "ALTER SUBSCRIPTION awake DISABLE");
            run.awaitReadyToCutover(READY);
            run.rehearseCutover();
            pair.source().execute("app", "ALTER SUBSCRIPTION awake SET (slot_name = NONE)", "DROP SUBSCRIPTION awake");
            run.cancel();
        }
    }
}
