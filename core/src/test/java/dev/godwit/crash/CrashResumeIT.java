package dev.godwit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.matrix.Sampled;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process is killed, another resumes, moment after moment; in the end both databases are identical. */
@Tag("F1")
@Sampled(oneOf = 4)
@PostgresPairTest(source = "13", target = "17")
final class CrashResumeIT {
    private static final String SLEEPING =
            "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep'";
    private static final String STATE_OF_LARGE = stateOf("large");
    private static final String STATE_OF_KIND = stateOf("kind");
    private static final String NO_MARKS = "LOCK TABLE godwit.table_state IN SHARE MODE";

    private static final String CLOSED = "SHOW default_transaction_read_only";
    private static final String SLOT_IN_THE_MAKING =
            "SELECT active_pid FROM pg_replication_slots WHERE active AND confirmed_flush_lsn IS NULL";
    private static final String PHASE = "SELECT phase FROM godwit.migration";
    private static final String STEP = "SELECT cutover_step FROM godwit.migration";
    private static final String LATE = "SELECT count(*) FROM app.kind WHERE id = 100";

    @Test
    void survivesAKillInEveryPhaseBeforeTheCutover(PostgresPair pair) throws Exception {
        try (LiveSource source = new LiveSource(pair, 1)) {
            killInSchema(pair, source);
            killAroundTheSlot(pair, source);
            killInSnapshot(pair, source);
            killInCatchUp(pair, source);
            source.resume().awaitReady().kill();
            source.cutOver(source.resume());
        }
    }

    private static void killInSchema(PostgresPair pair, LiveSource source) throws Exception {
        source.resume("before schema").awaitHalt();
        assertThat(source.ofTarget("SELECT to_regclass('godwit.migration') IS NULL"))
                .as("nothing is left by the preflight")
                .isEqualTo("t");
        source.resume("before schema*2").awaitHalt();
        assertThat(source.ofTarget(PHASE)).isEqualTo("SCHEMA");
        assertThat(source.ofTarget("SELECT count(*) FROM godwit.schema_step")).isEqualTo("0");
        source.resume("schema step*3").awaitHalt();
        source.killWhen(source.resumeWithSlow("table \"workload\".\"token\""), pair.target(), SLEEPING);
        assertThat(source.ofTarget(PHASE)).isEqualTo("SCHEMA");
    }

    /** A transaction that has written keeps the slot from being made, and so the process in between. */
    private static void killAroundTheSlot(PostgresPair pair, LiveSource source) throws Exception {
        try (Connection writer = pair.connectSource();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("CREATE TEMPORARY TABLE written (i int)");
            source.killWhen(source.resume(), pair.source(), SLOT_IN_THE_MAKING);
            // The server goes on making a slot that nobody waits for. Without it: the publication alone is left.
            pair.source().execute("postgres", "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots");
            assertThat(source.ofSource("SELECT pubname FROM pg_publication")).isNotEmpty();
            String walsender = source.killWhen(source.resume(), pair.source(), SLOT_IN_THE_MAKING);
            haltAfterAnotherSlot(source, pair, walsender, writer);
        }
    }

    /** With it: the next process finds a slot in use by the dead one's walsender, and must make its own all the same. */
    private static void haltAfterAnotherSlot(LiveSource source, PostgresPair pair, String walsender, Connection writer)
            throws Exception {
        try (Connection blocker =
                hold(pair, STATE_OF_KIND + " FOR UPDATE; LOCK TABLE app.large IN ROW EXCLUSIVE MODE")) {
            Migrator next = source.resume("table copied");
            source.await(next, pair.source(), SLOT_IN_THE_MAKING + " AND active_pid <> " + walsender);
            writer.rollback();
            next.awaitHalt();
            blocker.rollback();
        }
    }

    private static void killInSnapshot(PostgresPair pair, LiveSource source) throws Exception {
        haltBeforeTheMarks(pair, source, "progress app.large");
        killBetweenRowsAndMarks(pair, source);
        haltBeforeTheLastTable(pair, source);
        killWhileATemporarySlotIsMade(pair, source);
        source.killWhen(source.resumeWithSlow("index app.large_payload"), pair.target(), SLEEPING);
        assertThat(source.ofTarget(STATE_OF_LARGE)).isEqualTo("COPIED");
        assertThat(source.ofTarget(PHASE)).isEqualTo("SNAPSHOT");
        source.resume("phase CATCH_UP").awaitHalt();
    }

    /** The halt comes some time after its moment; a table's mark, which commits with its rows, waits for this test's lock. */
    private static void haltBeforeTheMarks(PostgresPair pair, LiveSource source, String moment) throws Exception {
        try (Connection blocker = hold(pair, NO_MARKS)) {
            source.resume(moment).awaitHalt();
            blocker.rollback();
        }
        assertThat(source.ofTarget(STATE_OF_LARGE)).isEqualTo("QUEUED");
        assertThat(source.ofTarget(STATE_OF_KIND)).isEqualTo("QUEUED");
    }

    /** Later steps are about that table, and about the index of the one that is copied. */
    private static void haltBeforeTheLastTable(PostgresPair pair, LiveSource source) throws Exception {
        try (Connection blocker =
                hold(pair, STATE_OF_KIND + " FOR UPDATE; LOCK TABLE godwit.schema_step IN SHARE MODE")) {
            source.resume("table copied").awaitHalt();
            blocker.rollback();
        }
        assertThat(source.ofTarget(STATE_OF_KIND)).isEqualTo("QUEUED");
    }

    private static void killBetweenRowsAndMarks(PostgresPair pair, LiveSource source) throws Exception {
        try (Connection blocker = hold(pair, NO_MARKS)) {
            source.killWhen(
                    source.resume(),
                    pair.target(),
                    "SELECT max(pid) FROM pg_stat_activity WHERE query LIKE 'UPDATE godwit.table_state%'"
                            + " AND wait_event_type = 'Lock' HAVING count(*) = 2");
            blocker.rollback();
        }
        assertThat(source.ofTarget(STATE_OF_LARGE)).isEqualTo("QUEUED");
    }

    private static Connection hold(PostgresPair pair, String lock) throws SQLException {
        Connection blocker = pair.connectTarget();
        blocker.setAutoCommit(false);
        try (Statement statement = blocker.createStatement()) {
            statement.execute(lock);
        }
        return blocker;
    }

    private static String stateOf(String table) {
        return "SELECT state FROM godwit.table_state WHERE table_name = '" + table + "'";
    }

    /** The tables that are left are copied under a later snapshot, whose slot the server goes on making after the kill. */
    private static void killWhileATemporarySlotIsMade(PostgresPair pair, LiveSource source) throws Exception {
        try (Connection writer = pair.connectSource();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("CREATE TEMPORARY TABLE written (i int)");
            String walsender = source.killWhen(source.resume(), pair.source(), SLOT_IN_THE_MAKING + " AND temporary");
            haltAfterAnotherSlot(source, pair, walsender, writer);
        }
    }

    private static void killInCatchUp(PostgresPair pair, LiveSource source) throws Exception {
        assertThat(source.ofTarget("SELECT count(DISTINCT synced_lsn) > 2 FROM godwit.table_state"))
                .isEqualTo("t");
        try (Connection blocker = pair.connectTarget();
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE workload.token IN SHARE MODE");
            source.killWhen(
                    source.resume(),
                    pair.target(),
                    "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'workload.token'::regclass");
        }
        assertThat(source.ofTarget("SELECT applied_lsn < (SELECT max(synced_lsn::pg_lsn) FROM godwit.table_state)"
                        + " FROM godwit.apply_progress"))
                .isEqualTo("t");
        source.killWhen(source.resumeWithSlow("foreign key entry_kind on app.entry"), pair.target(), SLEEPING);
        assertThat(source.ofTarget(PHASE)).isEqualTo("CATCH_UP");
    }

    @Test
    void survivesKillsBeforeTheDecisionAndOpensTheSourceEachTime(PostgresPair pair) throws Exception {
        try (LiveSource source = new LiveSource(pair, 2)) {
            for (String moment : new String[] {"before fence", "after fence", "in seal", "after seal"}) {
                Migrator killed = source.resume(moment);
                requireOpen(source, killed);
                killed.go();
                killed.awaitHalt();
                assertThat(source.ofTarget(PHASE)).isEqualTo("CUTOVER");
                assertThat(source.ofSource(CLOSED)).isEqualTo(moment.endsWith(" seal") ? "on" : "off");
            }
            source.resume("before reopen").awaitHalt();
            source.resume("after reopen").awaitHalt();
            Migrator last = source.resume();
            requireOpen(source, last);
            source.cutOver(last);
        }
    }

    private static void requireOpen(LiveSource source, Migrator migrator) throws InterruptedException {
        migrator.awaitReady();
        assertThat(source.ofSource(CLOSED)).isEqualTo("off");
        source.awaitTraffic();
    }

    @ParameterizedTest
    @CsvSource({"end of decide, DECIDED", "after switch, SWITCHING"})
    void finishesACutoverThatWasDecided(String moment, String recorded, PostgresPair pair) throws Exception {
        try (LiveSource source = new LiveSource(pair, 3)) {
            Migrator killed = source.resume(moment).awaitReady();
            killed.go();
            killed.awaitHalt();
            assertThat(source.ofTarget(STEP)).isEqualTo(recorded);
            assertThat(source.ofSource(CLOSED)).isEqualTo("on");
            source.resume("before reclose").awaitHalt();
            source.resume("after switch").awaitHalt();
            Migrator last = source.resume();
            source.requireCompleted(last);
            assertThat(last.warnings()).isEmpty();
        }
    }

    /** The change is applied, and the next cutover comes to an end that lies behind it. */
    @Test
    void takesADecisionBackBehindWhichSomebodyHasWritten(PostgresPair pair) throws Exception {
        try (LiveSource source = new LiveSource(pair, 12)) {
            Migrator killed = source.resume("end of decide").awaitReady();
            killed.go();
            killed.awaitHalt();
            assertThat(source.ofTarget(STEP)).isEqualTo("DECIDED");
            writeLate(pair);
            Migrator next = source.resume();
            requireOpen(source, next);
            assertThat(next.warnings())
                    .anyMatch(warning -> warning.contains("a change of table app.kind, committed at")
                            && warning.contains("the cutover is undone"));
            source.cutOver(next);
            assertThat(source.ofTarget(LATE)).isEqualTo("1");
        }
    }

    @Test
    void namesWhatSomebodyHasWrittenWhenTrafficMayBeSwitched(PostgresPair pair) throws Exception {
        try (LiveSource source = new LiveSource(pair, 13)) {
            Migrator killed = source.resume("before switch").awaitReady();
            killed.go();
            killed.awaitHalt();
            assertThat(source.ofTarget(STEP)).isEqualTo("SWITCHING");
            writeLate(pair);
            Migrator next = source.resume();
            next.awaitCompleted();
            assertThat(next.warnings())
                    .anyMatch(warning -> warning.contains("a change of table app.kind, committed at")
                            && warning.contains("the target lacks this change"));
            assertThat(source.ofTarget(PHASE)).isEqualTo("COMPLETED");
            assertThat(source.ofTarget(LATE)).isEqualTo("0");
        }
    }

    /** Nobody may, but who insists can. */
    private static void writeLate(PostgresPair pair) throws SQLException {
        try (Connection session = pair.connectSource();
                Statement statement = session.createStatement()) {
            statement.execute("SET default_transaction_read_only = off");
            statement.execute("INSERT INTO app.kind VALUES (100, 'late')");
        }
    }

    /** Where the decision cannot be taken back, the target stays fit for traffic, since the next process finishes the cutover. */
    @Test
    void finishesACutoverWhoseDecisionCouldNotBeTakenBack(PostgresPair pair) throws Exception {
        try (LiveSource source = new LiveSource(pair, 9)) {
            Migrator failing = source.resume("fail switch").awaitReady();
            pair.target()
                    .execute(
                            PostgresPair.DATABASE,
                            "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql"
                                    + " AS $$ BEGIN RAISE 'refused by the test'; END $$",
                            "CREATE TRIGGER refuse BEFORE UPDATE ON godwit.migration FOR EACH ROW WHEN"
                                    + " (old.cutover_step = 'SWITCHING' AND new.cutover_step = 'SEALING')"
                                    + " EXECUTE FUNCTION public.refuse()");
            failing.go();
            assertThat(failing.awaitFailure()).contains("could not be undone").contains("SQLSTATE P0001");
            assertThat(source.ofSource(CLOSED)).isEqualTo("on");
            pair.target()
                    .execute(
                            PostgresPair.DATABASE,
                            "DROP TRIGGER refuse ON godwit.migration",
                            "DROP FUNCTION public.refuse()");
            source.requireCompleted(source.resume());
        }
    }

    /** An open comment on the publication keeps it from being dropped; only the migrator's own sessions outlive the seal. */
    @Test
    void removesSlotAndPublicationThatACompletedMigrationLeft(PostgresPair pair) throws Exception {
        try (LiveSource source = new LiveSource(pair, 4)) {
            Migrator killed = source.resume().awaitReady();
            String publication = source.ofSource("SELECT pubname FROM pg_publication");
            try (Connection holder = pair.connectSource();
                    Statement statement = holder.createStatement()) {
                statement.execute("SET application_name = 'godwit-holder'");
                holder.setAutoCommit(false);
                statement.execute("COMMENT ON PUBLICATION " + publication + " IS 'held'");
                killed.go();
                source.killWhen(
                        killed,
                        pair.source(),
                        "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'DROP PUBLICATION%' AND wait_event_type = 'Lock'");
                holder.rollback();
                holder.setAutoCommit(true);
                statement.execute("SET default_transaction_read_only = off");
                statement.execute("SELECT pg_create_logical_replication_slot('" + publication + "', 'pgoutput')");
            }
            assertThat(source.ofTarget(PHASE)).isEqualTo("COMPLETED");
            assertThat(source.ofTarget("SELECT slot FROM godwit.migration")).isEqualTo(publication);
            source.requireCompleted(source.resume());
        }
    }
}
