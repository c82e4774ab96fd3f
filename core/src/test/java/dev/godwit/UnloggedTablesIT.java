package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Unlogged tables can be read on the target before the cutover, and hold what the source's hold after it. */
final class UnloggedTablesIT {
    private static final Duration READY = Duration.ofMinutes(3);

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void areCopiedWithTheOthersAndAgainByTheCutoverFrom13To17(PostgresPair pair) throws Exception {
        // The server truncates no table that an unlogged one refers to, without which the stream tells of it.
        migrate(pair, "TRUNCATE item CASCADE", "INSERT INTO item VALUES (100)", "INSERT INTO entry VALUES (51, 100)");
        assertThat(pair.target().query("app", "SELECT count(*) FROM entry")).containsExactly("1");
    }

    @Test
    @PostgresPairTest(source = "10", target = "18")
    void areCopiedWithTheOthersAndAgainByTheCutoverFrom10To18(PostgresPair pair) throws Exception {
        migrate(pair);
        assertThat(pair.target().query("app", "SELECT count(*) FROM entry")).containsExactly("42");
    }

    private static void migrate(PostgresPair pair, String... meanwhile) throws Exception {
        pair.source()
                .execute(
                        "app",
                        "CREATE TABLE item (id int PRIMARY KEY)",
                        "INSERT INTO item SELECT generate_series(1, 100)",
                        "CREATE UNLOGGED TABLE basket (id int PRIMARY KEY, what text UNIQUE)",
                        "INSERT INTO basket SELECT i, 'basket ' || i FROM generate_series(1, 50) i",
                        "CREATE UNLOGGED TABLE entry (basket int REFERENCES basket, item int REFERENCES item)",
                        "INSERT INTO entry SELECT i, i FROM generate_series(1, 50) i");
        Migration migration = LargeObjectsIT.migration(pair, TrafficSwitch.byHand());
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(READY);
        }
        assertThat(pair.target().query("app", "SELECT count(*) FROM basket JOIN entry ON basket = id"))
                .containsExactly("50");
        assertThat(pair.target()
                        .query(
                                "app",
                                "SELECT count(*) FROM pg_constraint WHERE contype IN ('p', 'u', 'f')"
                                        + " AND conrelid IN ('basket'::regclass, 'entry'::regclass)"))
                .containsExactly("4");
        assertThat(pair.target()
                        .query("app", "SELECT DISTINCT state FROM godwit.table_state WHERE table_name <> 'item'"))
                .containsExactly("NOT_COPIED");
        pair.source()
                .execute(
                        "app",
                        "DELETE FROM entry WHERE item < 10",
                        "DELETE FROM item WHERE id < 10",
                        "UPDATE basket SET what = what || '!' WHERE id % 2 = 0",
                        "INSERT INTO basket VALUES (51, 'last')",
                        "INSERT INTO entry VALUES (51, 100)");
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(READY);
            pair.source().execute("app", meanwhile);
            run.cutover();
        }
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .excludingSchema("godwit")
                .run()
                .assertIdentical();
    }
}
