package dev.godwit.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.MigrationRun;
import dev.godwit.VerifyOptions;
import dev.godwit.event.MigrationEvent;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RepairReport;
import dev.godwit.result.RowDifference;
import dev.godwit.result.VerificationReport;
import dev.godwit.schema.TableName;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rows that differ are copied afresh while writers go on, all of them or none. */
@PostgresPairTest(source = "13", target = "17")
final class RepairIT {
    private static final TableName ITEM = new TableName("public", "item");
    private static final VerifyOptions ALL_NAMED =
            VerifyOptions.builder().maxDifferences(1_000).build();

    @Test
    void mendsWhatAVerificationHasFound(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create()) {
            trial.source(
                    "CREATE TABLE owner (id int PRIMARY KEY, name varchar(20))",
                    "INSERT INTO owner VALUES (1, 'a'), (2, 'b')",
                    "CREATE TABLE owned (id char(5) COLLATE \"C\" PRIMARY KEY, owner int REFERENCES owner, twice int GENERATED ALWAYS AS"
                            + " (owner * 2) STORED)",
                    "INSERT INTO owned VALUES ('o''1', 1), ('o2', 2)",
                    "CREATE EXTENSION citext",
                    "CREATE EXTENSION ltree",
                    "CREATE DOMAIN place AS ltree",
                    "CREATE TABLE named (name citext, at place, n int, PRIMARY KEY (name, at))",
                    "INSERT INTO named VALUES ('Anna', 'a.b', 1), ('anno', 'a.b', 2)");
            trial.write(true);
            try (MigrationRun run = trial.migration().start()) {
                run.awaitReadyToCutover(Trial.LIMIT);
                trial.target(
                        "UPDATE item SET name = 'wrong' WHERE id = 1",
                        "DELETE FROM item WHERE id = 2",
                        "INSERT INTO item VALUES (-1, 'planted', 0, 0)",
                        // Names are unique: each stands in the way of the other.
                        "UPDATE item SET name = 'aside' WHERE id = 3",
                        "UPDATE item SET name = 'item 3' WHERE id = 4",
                        "UPDATE item SET name = 'item 4' WHERE id = 3",
                        "UPDATE part SET note = NULL WHERE item = 5 AND pos = 3",
                        "SET session_replication_role = replica; DELETE FROM owner WHERE id = 1",
                        "UPDATE owned SET owner = 2 WHERE id = 'o''1'",
                        // One row for the server, and two that are named.
                        "UPDATE named SET name = 'ANNA' WHERE n = 1",
                        "UPDATE named SET n = 0 WHERE name = 'anno'");
                VerificationReport found = run.verify();
                assertThat(found.differences()).hasSize(11);
                long before = trial.written();
                RepairReport repaired = run.repair(found);
                assertThat(repaired.rows()).isEqualTo(11);
                assertThat(repaired.tables())
                        .filteredOn(table -> table.table().equals(ITEM))
                        .singleElement()
                        .isEqualTo(new RepairReport.RepairedTable(ITEM, 5, 4, 4));
                VerificationReport again = run.verify();
                assertThat(again.isEqual()).as(again.toTable()).isTrue();
                assertThat(trial.written()).isGreaterThan(before);
                run.awaitReadyToCutover(Trial.LIMIT);
                run.cancel();
            }
            assertThat(trial.events()).anyMatch(MigrationEvent.RowsRepaired.class::isInstance);
        }
    }

    @Test
    void changesNothingWhereTheTargetRefusesARow(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create().write(true);
                MigrationRun run = trial.migration().start()) {
            run.awaitReadyToCutover(Trial.LIMIT);
            trial.target(
                    "UPDATE item SET name = 'aside' WHERE id = 3",
                    "UPDATE item SET name = 'item 3' WHERE id = 4",
                    "DELETE FROM item WHERE id = 5");
            List<RowDifference> found = run.verify().differences();
            assertThat(found).hasSize(3);
            // Without the row that has its name meanwhile, 3 cannot be put right.
            List<RowDifference> without = found.stream()
                    .filter(row -> !row.key().equals(Map.of("id", "4")))
                    .toList();
            RowDifference refused = without.stream()
                    .filter(row -> row.key().equals(Map.of("id", "3")))
                    .findFirst()
                    .orElseThrow();
            assertThatThrownBy(() -> run.repair(without))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("public.item key " + refused.keyHash())
                    .hasMessageContaining("Nothing was changed")
                    .hasMessageNotContaining("item 3");
            assertThat(run.verify().differences()).hasSize(3);
            trial.target(
                    "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.price := 0; RETURN NEW; END'",
                    "CREATE TRIGGER spoil BEFORE INSERT ON item FOR EACH ROW WHEN (NEW.id < 100) EXECUTE FUNCTION spoil()",
                    "ALTER TABLE item ENABLE ALWAYS TRIGGER spoil");
            assertThatThrownBy(() -> run.repair(found))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("they differ also when they are copied afresh")
                    .hasMessageContaining("DIFFERENT in price")
                    .hasMessageContaining("Nothing was changed");
            trial.target("DROP FUNCTION spoil() CASCADE");
            assertThat(run.repair(found).rows()).isEqualTo(3);
            assertThat(run.verify().isEqual()).isTrue();
            run.cancel();
        }
    }

    /** The first row is refused when the source has sent a part of them. */
    @Test
    @Timeout(180)
    void namesTheRowThatTheTargetRefusesAmongManyWideOnes(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create()) {
            trial.source(wide(500, 20_000));
            try (MigrationRun run = trial.migration().start()) {
                run.awaitReadyToCutover(Trial.LIMIT);
                trial.target("DELETE FROM wide", "ALTER TABLE wide ADD CONSTRAINT not_first CHECK (id <> 1)");
                VerificationReport found = run.verify(ALL_NAMED);
                assertThat(found.differences()).hasSize(500);
                String first = found.differences().stream()
                        .filter(row -> row.key().equals(Map.of("id", "1")))
                        .map(RowDifference::keyHash)
                        .findFirst()
                        .orElseThrow();
                assertThatThrownBy(() -> run.repair(found))
                        .hasMessageContaining("the target refuses them: public.wide key " + first + " (")
                        .hasMessageContaining("\"not_first\"). Nothing was changed");
                trial.target("ALTER TABLE wide DROP CONSTRAINT not_first");
                assertThat(run.repair(found).rows()).isEqualTo(500);
                run.cancel();
            }
        }
    }

    @Test
    @Timeout(180)
    void isGivenUpWhereTheSourceIsLostInTheMiddle(PostgresPair pair) throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (Trial trial = new Trial(pair).create()) {
            trial.source(wide(200, 200_000));
            try (MigrationRun run = trial.migration().start();
                    Connection holder = pair.connectTarget();
                    Statement statement = holder.createStatement()) {
                run.awaitReadyToCutover(Trial.LIMIT);
                trial.target(
                        "DELETE FROM wide",
                        "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS"
                                + " 'BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NEW; END'",
                        "CREATE TRIGGER hold BEFORE INSERT ON wide FOR EACH ROW EXECUTE FUNCTION hold()",
                        "ALTER TABLE wide ENABLE ALWAYS TRIGGER hold");
                VerificationReport found = run.verify(ALL_NAMED);
                statement.execute("SELECT pg_advisory_lock(42)");
                Future<RepairReport> repair = executor.submit(() -> run.repair(found));
                // The target takes no more, so the source cannot send any more.
                String pid = await().atMost(Trial.LIMIT)
                        .until(
                                () -> pair.source()
                                        .query(
                                                pair.database(),
                                                "SELECT pid FROM pg_stat_activity WHERE query LIKE 'COPY%wide%'"
                                                        + " AND wait_event = 'ClientWrite'"),
                                pids -> !pids.isEmpty())
                        .get(0);
                pair.source().execute("postgres", "SELECT pg_terminate_backend(" + pid + ")");
                statement.execute("SELECT pg_advisory_unlock(42)");
                assertThatThrownBy(() -> repair.get(60, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .hasMessageContaining("Nothing was changed, and the run goes on")
                        .hasMessageNotContaining("refuses");
                trial.target("DROP FUNCTION hold() CASCADE");
                assertThat(run.repair(found).rows()).isEqualTo(200);
                run.cancel();
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private static String[] wide(int rows, int bytes) {
        return new String[] {
            "CREATE TABLE wide (id int PRIMARY KEY, v text)",
            "INSERT INTO wide SELECT i, repeat('v', " + bytes + ") FROM generate_series(1, " + rows + ") i"
        };
    }

    @Test
    void pointsToAFreshCopyWhereThereIsNoKey(PostgresPair pair) throws Exception {
        try (Trial trial = new Trial(pair).create();
                MigrationRun run = trial.migration().start()) {
            run.awaitReadyToCutover(Trial.LIMIT);
            trial.target("DELETE FROM log WHERE line = 'line 7'");
            VerificationReport found = run.verify();
            assertThat(found.differences()).hasSize(1);
            assertThatThrownBy(() -> run.repair(found)).hasMessageContainingAll("public.log has no key", "copyAfresh");
            run.copyAfresh("public.log");
            run.awaitReadyToCutover(Trial.LIMIT);
            assertThat(run.verify(VerifyOptions.builder().workers(1).build()).isEqual())
                    .isTrue();
            assertThatThrownBy(() -> run.repair(List.of())).hasMessageContaining("1 to 10000 rows");
            run.cancel();
        }
    }
}
