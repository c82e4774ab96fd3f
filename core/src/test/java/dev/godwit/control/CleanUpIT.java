package dev.godwit.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.CancelOption;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/** What a dead process left behind goes, and nothing of others. */
@PostgresPairTest(source = "15", target = "17")
final class CleanUpIT {
    private static final String SLOTS = "SELECT slot_name FROM pg_replication_slots ORDER BY 1";

    /** What breaks a clean-up off. */
    private static final String REFUSING =
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$";

    private static final String REFUSE =
            "CREATE TRIGGER refuse BEFORE DELETE ON %s FOR EACH ROW EXECUTE FUNCTION refuse()";

    private static Endpoint source(PostgresPair pair) {
        return Endpoint.of(pair.sourceUrl()).credentials("postgres", "");
    }

    private static Endpoint target(PostgresPair pair) {
        return Endpoint.of(pair.targetUrl()).credentials("postgres", "");
    }

    private static CleanUpReport cleanUp(PostgresPair pair, String name) {
        return Migration.cleanUp(name, source(pair), target(pair), CancelOption.LEAVE_TARGET);
    }

    private static Connection replication(PostgresPair pair) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", "10");
        return DriverManager.getConnection(pair.sourceUrl(), properties);
    }

    private static PGReplicationStream stream(Connection replication, String slot) throws SQLException {
        return replication
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(slot)
                .withSlotOption("proto_version", 1)
                .withSlotOption("publication_names", slot)
                .start();
    }

    @Test
    void removesByItsNameWhatAClosedRunLeft(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER)) {
            try (MigrationRun run = held.start()) {
                assertThatThrownBy(() -> cleanUp(pair, Held.NAME))
                        .isInstanceOf(MigrationException.class)
                        .hasMessageContaining("is being run by another process");
                assertThat(run.phase()).isEqualTo(MigrationPhase.READY_TO_CUTOVER);
            }
            CleanUpReport report = Migration.cleanUp(Held.NAME, source(pair), target(pair), CancelOption.CLEAN_TARGET);
            assertThat(report.left()).isEmpty();
            assertThat(report.removed()).contains("table shop.item on the target");
            assertThat(pair.source().query(pair.database(), SLOTS)).isEmpty();
            assertThat(cleanUp(pair, Held.NAME)).isEqualTo(new CleanUpReport(Held.NAME, List.of(), List.of()));
        }
    }

    @Test
    void findsOnTheSourceWhatTheTargetDoesNotRememberAnyMore(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER)) {
            held.start().close();
            String slot = held.ofSource(SLOTS);
            pair.target().execute(pair.database(), "DROP SCHEMA godwit CASCADE");
            assertThat(cleanUp(pair, "HELD").removed()).isEmpty();
            assertThat(cleanUp(pair, "hel").removed()).isEmpty();
            assertThat(cleanUp(pair, "held.").removed()).isEmpty();
            assertThat(cleanUp(pair, Held.NAME).removed())
                    .containsExactly("slot " + slot + " on the source", "publication " + slot + " on the source");
        }
    }

    @Test
    void leavesAloneWhatLeadsToAnotherTarget(PostgresPair pair) throws Exception {
        pair.target().createDatabase("elsewhere");
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER)) {
            held.start().close();
            String slot = held.ofSource(SLOTS);
            Endpoint elsewhere = Endpoint.of(pair.target().url("elsewhere")).credentials("postgres", "");
            CleanUpReport report = Migration.cleanUp(Held.NAME, source(pair), elsewhere, CancelOption.LEAVE_TARGET);
            assertThat(report.removed()).isEmpty();
            assertThat(report.left())
                    .singleElement()
                    .asString()
                    .contains(
                            "publication and slot " + slot,
                            "another target",
                            "pg_drop_replication_slot('" + slot + "')");
            assertThat(held.ofSource(SLOTS)).isEqualTo(slot);
            held.migration().cleanUp();
            assertThat(held.ofSource(SLOTS)).isEmpty();
        } finally {
            pair.target().dropDatabase("elsewhere");
        }
    }

    @Test
    void leavesAloneWhatASessionUses(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER)) {
            held.start().close();
            String slot = held.ofSource(SLOTS);
            pair.target().execute(pair.database(), "DROP SCHEMA godwit CASCADE");
            try (Connection replication = replication(pair);
                    PGReplicationStream stream = stream(replication, slot)) {
                CleanUpReport report = cleanUp(pair, Held.NAME);
                assertThat(stream.isClosed()).isFalse();
                assertThat(report.removed()).isEmpty();
                assertThat(report.left()).singleElement().asString().contains(slot, "uses the slot");
            }
            await().atMost(Held.LIMIT)
                    .until(() -> held.ofSource("SELECT count(*) FROM pg_replication_slots WHERE active")
                            .equals("0"));
            assertThat(cleanUp(pair, Held.NAME).left()).isEmpty();
        }
    }

    @Test
    void refusesAnotherSourceThanTheMigrationHad(PostgresPair pair) throws Exception {
        pair.source().createDatabase("other");
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER)) {
            held.start().close();
            Endpoint other = Endpoint.of(pair.source().url("other")).credentials("postgres", "");
            assertThatThrownBy(() -> Migration.cleanUp(Held.NAME, other, target(pair), CancelOption.LEAVE_TARGET))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("but source")
                    .hasMessageContaining("is database other");
            assertThat(held.ofSource(SLOTS)).isNotEmpty();
            held.migration().cleanUp();
        } finally {
            pair.source().dropDatabase("other");
        }
    }

    @Test
    void finishesACancellationInWhichTheProcessDied(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER)) {
            held.start().close();
            // What remains when the process dies after the point of no return.
            pair.target().execute(pair.database(), "UPDATE godwit.migration SET phase = 'CANCELLED'");
            assertThatThrownBy(() -> held.migration().resume())
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("was cancelled")
                    .hasMessageContaining("cleanUp()");
            assertThat(held.migration().cleanUp(CancelOption.CLEAN_TARGET).left())
                    .isEmpty();
            assertThat(held.ofTarget("SELECT coalesce(to_regclass('shop.item')::text, '')"))
                    .isEmpty();
        }
    }

    @Test
    void neverCleansATargetThatWasCutOverWhereverItIsBrokenOff(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER)) {
            try (MigrationRun run = held.start()) {
                held.complete(run);
            }
            pair.target().execute(pair.database(), REFUSING, REFUSE.formatted("godwit.migration"));
            assertThatThrownBy(() -> held.migration().cleanUp()).hasMessageContaining("not now");
            assertThat(held.ofTarget("SELECT phase FROM godwit.migration")).isEqualTo("COMPLETED");
            // So it was recorded before.
            pair.target().execute(pair.database(), "UPDATE godwit.migration SET phase = 'CANCELLED'");
            assertThatThrownBy(() -> held.migration().resume())
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("was cut over and then given up")
                    .hasMessageContaining("leaves the target as it is");
            assertThatThrownBy(() -> held.migration().cleanUp(CancelOption.CLEAN_TARGET))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("is not cleaned: the migration was cut over");
            assertThat(held.ofTarget("SELECT to_regclass('shop.item')::text")).isEqualTo("shop.item");
            pair.target().execute(pair.database(), "DROP FUNCTION refuse() CASCADE");
            assertThat(held.migration().cleanUp().left()).isEmpty();
            held.requireIdentical();
        }
    }

    @Test
    void leavesNothingOfWhatIsRememberedWithoutARecord(PostgresPair pair) throws Exception {
        try (Held held = new Held(pair, MigrationPhase.READY_TO_CUTOVER)) {
            held.start().close();
            pair.target().execute(pair.database(), "DELETE FROM godwit.migration");
            assertThat(held.ofTarget("SELECT migration FROM godwit.apply_progress"))
                    .isEqualTo(Held.NAME);
            assertThat(cleanUp(pair, Held.NAME).removed()).anyMatch(removed -> removed.contains("still remembered"));
            assertThat(held.ofTarget("SELECT to_regnamespace('godwit') IS NULL"))
                    .isEqualTo("t");
            assertThat(pair.source().query(pair.database(), SLOTS)).isEmpty();
        }
    }
}
