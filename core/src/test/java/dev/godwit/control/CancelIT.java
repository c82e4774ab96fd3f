package dev.godwit.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.CancelOption;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.testkit.FaultProxy;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A migration that is given up, with what it leaves on both servers. */
@PostgresPairTest(source = "15", target = "17")
final class CancelIT {
    private static final String[] OF_OTHERS = {
        "CREATE SCHEMA kept",
        "CREATE TABLE kept.ours (id int PRIMARY KEY, v text)",
        "INSERT INTO kept.ours VALUES (1, 'before')",
        "CREATE FUNCTION kept.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE VIEW kept.v AS SELECT * FROM kept.ours",
        // What the migration finds there, or replaces.
        "CREATE SCHEMA shop",
        "CREATE FUNCTION shop.twice(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i + i'"
    };
    private static final String OBJECTS = "SELECT (pg_identify_object(d.classid, d.objid, 0)).identity FROM (SELECT"
            + " 'pg_class'::regclass::oid AS classid, oid AS objid FROM pg_class WHERE relnamespace NOT IN"
            + " ('pg_toast'::regnamespace) UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc"
            + " UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type"
            + " UNION ALL SELECT 'pg_namespace'::regclass, oid FROM pg_namespace"
            + " UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator"
            + " UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass"
            + " UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily"
            + " UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast"
            + " UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config"
            + " UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper"
            + " UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server"
            + " UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger"
            + " UNION ALL SELECT 'pg_largeobject'::regclass, oid FROM pg_largeobject_metadata) d"
            + " WHERE d.objid >= 9999 AND d.objid NOT IN (SELECT oid FROM pg_proc WHERE oid < 16384)"
            + " AND d.objid NOT IN (SELECT oid FROM pg_class WHERE oid < 16384)"
            + " AND d.objid NOT IN (SELECT oid FROM pg_type WHERE oid < 16384) ORDER BY 1";

    @ParameterizedTest
    @EnumSource(names = {"SCHEMA", "SNAPSHOT", "CATCH_UP", "READY_TO_CUTOVER", "PAUSED", "FAILED"})
    void leavesTheTargetAsItWasBeforeInEveryPhase(MigrationPhase phase, PostgresPair pair) throws Exception {
        pair.target().execute(pair.database(), OF_OTHERS);
        List<String> before = pair.target().query(pair.database(), OBJECTS);
        try (Held held = new Held(pair, phase)) {
            MigrationRun run = held.start();
            if (phase == MigrationPhase.PAUSED) {
                run.pause();
            }
            pair.target().execute(pair.database(), "SELECT lo_from_bytea(9999, 'of others')");
            assertThat(run.phase()).isEqualTo(phase);
            CleanUpReport report = run.cancel(CancelOption.CLEAN_TARGET);
            assertThat(report.left()).isEmpty();
            assertThat(run.phase()).isEqualTo(MigrationPhase.CANCELLED);
            assertThat(run.cancel(CancelOption.CLEAN_TARGET)).isSameAs(report);
            assertThat(run.cancel()).isSameAs(report);
            run.close();
            assertThat(run.cancel()).isSameAs(report);
            assertThat(held.ofTarget("SELECT lo_unlink(9999)")).isEqualTo("1");
            assertThat(pair.target().query(pair.database(), OBJECTS)).isEqualTo(before);
            assertThat(held.ofTarget("SELECT v FROM kept.v")).isEqualTo("before");
            assertThatNothingIsOnTheSource(held);
            if (phase == MigrationPhase.READY_TO_CUTOVER) {
                assertThat(report.removed())
                        .contains("table shop.item on the target", "type shop.colour on the target")
                        .doesNotContain("schema shop on the target")
                        .anyMatch(line -> line.startsWith("slot godwit_held_"))
                        .anyMatch(line -> line.startsWith("publication godwit_held_"));
            }
        }
    }

    private static void assertThatNothingIsOnTheSource(Held held) {
        assertThat(held.ofSource("SELECT slot_name FROM pg_replication_slots")).isEmpty();
        assertThat(held.ofSource("SELECT pubname FROM pg_publication")).isEmpty();
    }

    @Test
    void leavesTheTargetAloneUnlessItIsToldOtherwise(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER);
                MigrationRun run = held.start()) {
            run.cancel();
            assertThat(held.ofTarget("SELECT count(*) FROM shop.item")).isEqualTo("2000");
            assertThat(held.ofTarget("SELECT 1 FROM pg_namespace WHERE nspname = 'godwit'"))
                    .isEmpty();
            assertThatNothingIsOnTheSource(held);
            assertThatThrownBy(run::pause).hasMessageContaining("cancelled");
            assertThatThrownBy(run::resume).hasMessageContaining("cancelled");
            assertThatThrownBy(run::cutover).hasMessageContaining("cancelled");
        }
    }

    @Test
    void dropsNothingThatOthersNeedAndSaysSo(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER);
                MigrationRun run = held.start()) {
            pair.target()
                    .execute(
                            pair.database(),
                            "CREATE VIEW public.theirs AS SELECT id FROM shop.kind",
                            "CREATE TABLE shop.theirs (id int)");
            CleanUpReport report = run.cancel(CancelOption.CLEAN_TARGET);
            assertThat(report.left())
                    .hasSize(2 + 1)
                    .anyMatch(line -> line.startsWith("table shop.kind on the target") && line.contains("by hand"))
                    .anyMatch(line -> line.startsWith("type shop.colour on the target"))
                    .anyMatch(line -> line.startsWith("schema shop on the target"));
            assertThat(held.ofTarget("SELECT count(*) FROM public.theirs")).isEqualTo("10");
            assertThat(held.ofTarget("SELECT to_regclass('shop.theirs')")).isEqualTo("shop.theirs");
            assertThat(held.ofTarget("SELECT coalesce(to_regclass('shop.item')::text, '')"))
                    .isEmpty();
        }
    }

    @Test
    void emptiesTablesThatWereThereBeforeAndEnablesTheirTriggers(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.CREATED)) {
            pair.target()
                    .execute(
                            pair.database(),
                            "CREATE SCHEMA shop",
                            "CREATE TYPE shop.colour AS ENUM ('red', 'blue')",
                            "CREATE TABLE shop.kind (id int PRIMARY KEY, name text NOT NULL, c shop.colour)",
                            "CREATE TABLE shop.item (id bigserial PRIMARY KEY, kind int REFERENCES shop.kind, v text)",
                            "CREATE FUNCTION shop.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                            "CREATE TRIGGER always BEFORE INSERT ON shop.kind FOR EACH ROW EXECUTE FUNCTION shop.t()",
                            "ALTER TABLE shop.kind ENABLE ALWAYS TRIGGER always");
            List<String> before = pair.target().query(pair.database(), OBJECTS);
            Migration migration = Migration.builder()
                    .name(Held.NAME)
                    .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                    .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                    .schema(SchemaPreparers.none())
                    .build();
            try (MigrationRun run = migration.start()) {
                run.awaitReadyToCutover(Held.LIMIT);
                assertThat(held.ofTarget("SELECT count(*) FROM shop.item")).isEqualTo("2000");
                String trigger = "SELECT tgenabled FROM pg_trigger WHERE tgname = 'always'";
                assertThat(held.ofTarget(trigger)).isEqualTo("D");
                CleanUpReport report = run.cancel(CancelOption.CLEAN_TARGET);
                assertThat(report.left()).isEmpty();
                assertThat(report.removed())
                        .contains("rows of table shop.item on the target", "rows of table shop.kind on the target");
                assertThat(held.ofTarget(trigger)).isEqualTo("A");
                assertThat(held.ofTarget("SELECT (SELECT count(*) FROM shop.item) + (SELECT count(*) FROM shop.kind)"))
                        .isEqualTo("0");
            }
            assertThat(pair.target().query(pair.database(), OBJECTS)).isEqualTo(before);
        }
    }

    @Test
    void saysWhatIsLeftWhenTheSourceDoesNotAnswerAndCanBeRepeated(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER);
                FaultProxy proxy = FaultProxy.before(pair.source());
                MigrationRun run = held.awaitHeld(
                        held.migration(proxy.url(pair.database())).build().start())) {
            String slot = held.ofSource("SELECT slot_name FROM pg_replication_slots");
            proxy.refuse(true);
            proxy.cut();
            assertThatThrownBy(() -> run.cancel(CancelOption.CLEAN_TARGET))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("slot " + slot)
                    .hasMessageContaining("Cancel again")
                    .hasMessageContaining("pg_drop_replication_slot('" + slot + "')");
            assertThat(held.ofTarget("SELECT count(*) FROM shop.item")).isEqualTo("2000");
            assertThat(held.ofTarget("SELECT count(*) FROM godwit.migration")).isEqualTo("1");
            proxy.refuse(false);
            assertThat(run.cancel(CancelOption.CLEAN_TARGET).left()).isEmpty();
            assertThatNothingIsOnTheSource(held);
            assertThat(held.ofTarget("SELECT coalesce(to_regclass('shop.item')::text, '')"))
                    .isEmpty();
        }
    }

    @Test
    void isDoneOnceByManyThreadsAndByAListener(PostgresPair pair) throws Exception {
        CompletableFuture<MigrationRun> begun = new CompletableFuture<>();
        CompletableFuture<CleanUpReport> byListener = new CompletableFuture<>();
        try (Held held = new Held(pair, MigrationPhase.CREATED)) {
            Migration migration = held.migration(pair.sourceUrl())
                    .listener(event -> {
                        if (event instanceof MigrationEvent.PhaseChanged changed
                                && changed.to() == MigrationPhase.READY_TO_CUTOVER) {
                            byListener.complete(begun.join().cancel(CancelOption.CLEAN_TARGET));
                        }
                    })
                    .build();
            try (MigrationRun run = migration.start()) {
                begun.complete(run);
                await().atMost(Held.LIMIT).until(byListener::isDone);
                List<CleanUpReport> reports = Together.call(4, number -> run.cancel());
                assertThat(reports).allSatisfy(report -> assertThat(report).isSameAs(byListener.join()));
            }
            assertThatNothingIsOnTheSource(held);
        }
    }
}
