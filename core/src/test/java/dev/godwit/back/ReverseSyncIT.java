package dev.godwit.back;

import static dev.godwit.back.Back.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFences;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.result.MigrationPausedException;
import dev.godwit.status.MigrationStatus;
import dev.godwit.status.ReverseStatus;
import dev.godwit.status.WriteSide;
import dev.godwit.testkit.FaultProxy;
import dev.godwit.testkit.LeakCheck;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The old server is kept in step, until somebody gives that up, or it cannot take what comes. */
@Tag("R4")
@PostgresPairTest(source = "13", target = "17")
@Sampled(oneOf = 2)
final class ReverseSyncIT {
    /** Several are sent in that time. */
    private static final Duration CONFIRMATIONS = Duration.ofMillis(700);

    private static final String COUNT = "SELECT count(*) FROM item";

    private static void create(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE item (id serial PRIMARY KEY, name text, size int)",
                        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
                        "CREATE TRIGGER nothing BEFORE INSERT ON item FOR EACH ROW WHEN (NEW.size < 0) EXECUTE PROCEDURE no()",
                        "ALTER TABLE item ENABLE ALWAYS TRIGGER nothing",
                        "INSERT INTO item (name, size) SELECT 'n' || i, i FROM generate_series(1, 50) i");
    }

    private static void awaitOnOld(PostgresPair pair, String query, String result) {
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(pair.source().query(pair.database(), query)).containsExactly(result));
    }

    private static void write(PostgresPair pair, String... statements) {
        pair.target().execute(pair.database(), statements);
    }

    @Test
    void keepsTheOldServerInStepUntilItIsFinalized(PostgresPair pair) throws Exception {
        LeakCheck leaks = LeakCheck.begin(pair.source(), pair.target());
        create(pair);
        try (MigrationRun run =
                Back.migration(pair, TrafficSwitch.byHand(), event -> {}).start()) {
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
            write(pair, "INSERT INTO item (name, size) VALUES ('after', 1)", "DELETE FROM item WHERE size = 2");
            awaitOnOld(pair, "SELECT string_agg(name, ',') FROM item WHERE name IN ('after', 'n2')", "after");
            confirmsNothingThatIsNotCommitted(pair);
            run.awaitReadyToRollback(LIMIT);
            MigrationStatus stored = MigrationStatus.read(endpoint(pair), Back.NAME);
            assertThat(stored.phase()).isEqualTo(MigrationPhase.REVERSE_SYNC);
            assertThat(stored.writes()).isEqualTo(WriteSide.TARGET);
            assertThat(Objects.requireNonNull(run.status().reverse()).rollbackPossible())
                    .isTrue();

            CleanUpReport report = run.finalizeMigration();

            assertThat(report.left()).isEmpty();
            assertThat(report.removed()).hasSize(3);
            assertThat(run.phase()).isEqualTo(MigrationPhase.FINALIZED);
            assertThat(run.finalizeMigration()).as("asked again").isEqualTo(report);
            assertThatExceptionOfType(MigrationException.class)
                    .isThrownBy(run::rollback)
                    .withMessageContaining("it is in FINALIZED");
            assertThat(run.status().writes()).isEqualTo(WriteSide.TARGET);
        }
        assertThat(pair.source().query(pair.database(), "SELECT tgenabled FROM pg_trigger WHERE tgname = 'nothing'"))
                .containsExactly("A");
        assertThat(Back.isClosed(pair, true)).as("the old server").isTrue();
        assertThat(Back.remembers(pair, true)).isFalse();
        leaks.assertNone();
    }

    /** The new server would forget what the old one may yet lose. */
    private static void confirmsNothingThatIsNotCommitted(PostgresPair pair) throws Exception {
        try (Connection outsider = pair.connectSource();
                Statement statement = outsider.createStatement()) {
            outsider.setAutoCommit(false);
            statement.execute("SET TRANSACTION READ WRITE");
            statement.execute("SELECT FROM item WHERE size = 3 FOR UPDATE");
            String before = holdUp(pair);
            await().atMost(LIMIT)
                    .until(() -> pair.source()
                                    .query(
                                            pair.database(),
                                            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                                    + " AND application_name LIKE 'godwit%'")
                                    .size()
                            == 1);
            await().during(CONFIRMATIONS)
                    .atMost(CONFIRMATIONS.multipliedBy(5))
                    .until(() -> pair.target()
                            .query(
                                    pair.database(),
                                    "SELECT confirmed_flush_lsn <= '" + before
                                            + "' FROM pg_replication_slots WHERE slot_name LIKE '%_back'")
                            .equals(List.of("t")));
            outsider.rollback();
        }
        awaitOnOld(pair, "SELECT name FROM item WHERE size = 3", "held up");
    }

    /** Writes what the old server cannot take yet; gives where the log was right before the commit. */
    private static String holdUp(PostgresPair pair) throws Exception {
        try (Connection application = pair.connectTarget();
                Statement statement = application.createStatement()) {
            application.setAutoCommit(false);
            statement.execute("UPDATE item SET name = 'held up' WHERE size = 3");
            String before;
            try (ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
                row.next();
                before = row.getString(1);
            }
            application.commit();
            return before;
        }
    }

    private static dev.godwit.Endpoint endpoint(PostgresPair pair) {
        return dev.godwit.Endpoint.of(pair.targetUrl()).credentials("postgres", "");
    }

    @Test
    void standsStillWithAReasonWhereTheOldServerCannotTakeIt(PostgresPair pair) throws Exception {
        LeakCheck leaks = LeakCheck.begin(pair.source(), pair.target());
        create(pair);
        try (MigrationRun run =
                Back.migration(pair, TrafficSwitch.byHand(), event -> {}).start()) {
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
            run.awaitReadyToRollback(LIMIT);
            write(
                    pair,
                    "ALTER TABLE item ADD COLUMN extra text",
                    "INSERT INTO item (name, extra) VALUES ('wide', 'x')");
            await().atMost(LIMIT).until(() -> reason(run).contains("extra"));
            assertThat(run.phase()).isEqualTo(MigrationPhase.REVERSE_SYNC);
            assertThat(run.status().writes()).isEqualTo(WriteSide.TARGET);
            assertThatExceptionOfType(MigrationPausedException.class).isThrownBy(() -> run.awaitReadyToRollback(LIMIT));
            assertThatExceptionOfType(MigrationException.class)
                    .isThrownBy(run::rollback)
                    .withMessageContaining("extra");

            pair.source()
                    .execute(
                            pair.database(),
                            "SET default_transaction_read_only = off",
                            "ALTER TABLE item ADD COLUMN extra text");
            run.resume();
            run.awaitReadyToRollback(LIMIT);
            awaitOnOld(pair, "SELECT extra FROM item WHERE name = 'wide'", "x");
            write(pair, "CREATE TABLE fresh (id int PRIMARY KEY)");
            assertThatExceptionOfType(CutoverRevertedException.class)
                    .isThrownBy(run::rollback)
                    .withMessageContaining("fresh");
            assertThat(run.finalizeMigration().left()).isEmpty();
        }
        leaks.assertNone();
    }

    private static String reason(MigrationRun run) {
        ReverseStatus reverse = run.status().reverse();
        return reverse == null ? "" : String.valueOf(reverse.reason());
    }

    @Test
    void keepsNoSlotAfterACutoverThatWasUndone(PostgresPair pair) throws Exception {
        create(pair);
        AtomicInteger told = new AtomicInteger();
        TrafficSwitch traffic = context -> {
            if (told.incrementAndGet() == 1) {
                throw new IllegalStateException("not yet");
            }
        };
        try (MigrationRun run = Back.migration(pair, traffic, event -> {}).start()) {
            run.awaitReadyToCutover(LIMIT);
            assertThatExceptionOfType(CutoverRevertedException.class).isThrownBy(run::cutover);
            assertThat(pair.target().query("postgres", "SELECT slot_name FROM pg_replication_slots"))
                    .isEmpty();
            pair.source().execute(pair.database(), "INSERT INTO item (name, size) VALUES ('still here', 1)");
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
            run.awaitReadyToRollback(LIMIT);
            write(pair, "UPDATE item SET size = 2 WHERE name = 'still here'");
            awaitOnOld(pair, "SELECT size FROM item WHERE name = 'still here'", "2");
            assertThat(pair.source().query(pair.database(), COUNT)).containsExactly("51");
        }
        LeakCheck leaks = LeakCheck.begin(pair.source(), pair.target());
        Migration migration = Back.migration(pair, TrafficSwitch.byHand(), event -> {});
        try (Connection frozen = frozen(pair);
                MigrationRun run = migration.resume()) {
            run.awaitReadyToRollback(LIMIT);
            assertThat(frozen.isValid(1)).isFalse();
        }
        breakOff(pair, migration);
        assertThat(migration.cleanUp().left()).isEmpty();
        assertThat(pair.target().query("postgres", "SELECT slot_name FROM pg_replication_slots"))
                .isEmpty();
        assertThat(Back.remembers(pair, true)).isFalse();
        assertThat(Back.remembers(pair, false)).isFalse();
        leaks.assertNone();
    }

    /** What a process that stands still in a rollback has open on the old server. */
    private static Connection frozen(PostgresPair pair) throws Exception {
        Connection session = pair.connectSource();
        try (Statement statement = session.createStatement()) {
            statement.execute("SET application_name = 'godwit-" + Back.NAME + "'");
            session.setAutoCommit(false);
            statement.execute("SET TRANSACTION READ WRITE");
            statement.execute("SELECT FROM godwit.migration FOR UPDATE");
        }
        return session;
    }

    /** What is gone is not gone on with. */
    private static void breakOff(PostgresPair pair, Migration migration) throws Exception {
        write(
                pair,
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$",
                "CREATE TRIGGER refuse BEFORE DELETE ON godwit.migration FOR EACH ROW EXECUTE FUNCTION refuse()");
        assertThatExceptionOfType(MigrationException.class)
                .isThrownBy(migration::cleanUp)
                .withMessageContaining("not now");
        try (MigrationRun run = migration.resume()) {
            assertThat(run.phase()).isEqualTo(MigrationPhase.FINALIZED);
        }
        write(pair, "DROP FUNCTION refuse() CASCADE");
    }

    @Test
    void survivesTheLossOfTheOldServer(PostgresPair pair) throws Exception {
        create(pair);
        try (MigrationRun run =
                Back.migration(pair, TrafficSwitch.byHand(), event -> {}).start()) {
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
            run.awaitReadyToRollback(LIMIT);
        }
        write(pair, "INSERT INTO item (name, size) VALUES ('while nobody ran', 1)");
        pair.source().kill();
        try (MigrationRun run =
                Back.migration(pair, TrafficSwitch.byHand(), event -> {}).resume()) {
            await().atMost(LIMIT).until(() -> !reason(run).isEmpty() && run.phase() == MigrationPhase.REVERSE_SYNC);
            assertThat(Objects.requireNonNull(run.status().reverse()).rollbackPossible())
                    .isFalse();
            pair.source().start();
            run.awaitReadyToRollback(LIMIT);
            awaitOnOld(pair, "SELECT count(*) FROM item WHERE name = 'while nobody ran'", "1");
            run.rollback();
        }
        assertThat(pair.source().query(pair.database(), COUNT)).containsExactly("51");
    }

    private static List<String> slots(PostgresPair pair) {
        return pair.source().query("postgres", "SELECT slot_name FROM pg_replication_slots");
    }

    /** The old server cannot be reached from the switch on. */
    private static MigrationRun cutOverBehind(FaultProxy proxy, PostgresPair pair) throws Exception {
        TrafficSwitch losing = context -> {
            proxy.refuse(true);
            proxy.cut();
        };
        MigrationRun run = Back.migration(
                        proxy.url(pair.database()), pair, losing, WriteFences.lockTables(), event -> {})
                .start();
        run.awaitReadyToCutover(LIMIT);
        run.cutover();
        assertThat(slots(pair)).as("of the way there").hasSize(1);
        return run;
    }

    @Test
    void removesTheSlotOfTheWayThereOnceTheOldServerAnswers(PostgresPair pair) throws Exception {
        create(pair);
        try (FaultProxy proxy = FaultProxy.before(pair.source());
                MigrationRun run = cutOverBehind(proxy, pair)) {
            proxy.refuse(false);
            run.awaitReadyToRollback(LIMIT);
            await().atMost(LIMIT).untilAsserted(() -> assertThat(slots(pair)).isEmpty());
            assertThat(run.finalizeMigration().left()).isEmpty();
        }
    }

    @Test
    void namesTheSlotOfTheWayThereThatStaysWhenItIsFinalized(PostgresPair pair) throws Exception {
        LeakCheck leaks = LeakCheck.begin(pair.source(), pair.target());
        create(pair);
        try (FaultProxy proxy = FaultProxy.before(pair.source())) {
            try (MigrationRun run = cutOverBehind(proxy, pair)) {
                String slot = slots(pair).get(0);
                assertThat(run.finalizeMigration().left())
                        .anySatisfy(left -> assertThat(left).contains(slot, "on the source", "by hand"));
            }
            proxy.refuse(false);
            Back.migration(
                            proxy.url(pair.database()),
                            pair,
                            TrafficSwitch.byHand(),
                            WriteFences.lockTables(),
                            event -> {})
                    .resume()
                    .close();
        }
        assertThat(slots(pair)).isEmpty();
        leaks.assertNone();
    }

    /** A server that was built anew may answer where the old one was; it is not touched, and keeps nobody from giving the way back up. */
    @Test
    void touchesNoOtherServerThatAnswersInPlaceOfTheOldOne(PostgresPair pair) throws Exception {
        LeakCheck leaks = LeakCheck.begin(pair.source(), pair.target());
        create(pair);
        Migration right = Back.migration(pair, TrafficSwitch.byHand(), event -> {});
        try (MigrationRun run = right.start()) {
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
            run.awaitReadyToRollback(LIMIT);
        }
        String slot = publications(pair).get(0).replaceFirst("_back$", "");
        pair.target().execute("postgres", "CREATE PUBLICATION " + slot);
        Migration wrong = Back.migration(
                pair.target().url("postgres"), pair, TrafficSwitch.byHand(), WriteFences.lockTables(), event -> {});
        try (MigrationRun run = wrong.resume()) {
            await().atMost(LIMIT).until(() -> reason(run).contains("finalizeMigration() gives it up"));
            assertThat(reason(run)).contains("began on database " + pair.database());
            assertThat(run.phase()).isEqualTo(MigrationPhase.REVERSE_SYNC);
        }
        assertThatExceptionOfType(MigrationException.class)
                .isThrownBy(wrong::cleanUp)
                .withMessageContaining("Clean up with the source that it began with")
                .withMessageContaining(slot + "_back on the target");
        assertThat(publications(pair)).isEmpty();
        try (MigrationRun run = wrong.resume()) {
            assertThat(run.finalizeMigration().left())
                    .anySatisfy(left -> assertThat(left).contains("the old server", "nothing was touched"));
            assertThat(run.phase()).isEqualTo(MigrationPhase.FINALIZED);
        }
        assertThat(pair.target().query("postgres", "SELECT pubname FROM pg_publication"))
                .containsExactly(slot);
        pair.target().execute("postgres", "DROP PUBLICATION " + slot);
        right.resume().close();
        assertThat(Back.remembers(pair, true)).isFalse();
        leaks.assertNone();
    }

    private static List<String> publications(PostgresPair pair) {
        return pair.target().query(pair.database(), "SELECT pubname FROM pg_publication");
    }
}
