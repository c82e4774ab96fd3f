package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A run ends while some of its appliers have committed what others have not: rows without those that they refer to. */
@PostgresPairTest(source = "13", target = "17")
final class AppliersApartIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String KEY = "child_parent_fkey";

    @Test
    void meetBeforeForeignKeysAreBuilt(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        "app",
                        "CREATE TABLE parent (id int PRIMARY KEY)",
                        "CREATE TABLE child (id int PRIMARY KEY, parent int CONSTRAINT " + KEY + " REFERENCES parent)",
                        "INSERT INTO parent SELECT generate_series(1, 100)",
                        "INSERT INTO child SELECT i, i FROM generate_series(1, 100) i");
        leaveApart(pair);
        assertThat(pair.target()
                        .query("app", "SELECT count(*) > 0 FROM child WHERE parent NOT IN (SELECT id FROM parent)"))
                .containsExactly("t");
        // As if the process had ended before it came to them.
        pair.target()
                .execute(
                        "app",
                        "ALTER TABLE child DROP CONSTRAINT " + KEY,
                        "DELETE FROM godwit.schema_step WHERE id LIKE '%" + KEY + "%' OR id LIKE 'everything%'");
        try (MigrationRun run = migration(pair).resume()) {
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
        }
        assertThat(pair.target().query("app", "SELECT convalidated FROM pg_constraint WHERE conname = '" + KEY + "'"))
                .containsExactly("t");
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .excludingSchema("godwit")
                .run()
                .assertIdentical();
    }

    /** The first applier commits last: the row that it stores its position in is locked until the run has ended. */
    private static void leaveApart(PostgresPair pair) throws Exception {
        try (Connection holder = pair.connectTarget();
                Statement lock = holder.createStatement();
                MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            holder.setAutoCommit(false);
            lock.execute("SELECT FROM godwit.apply_progress FOR UPDATE");
            pair.source()
                    .execute(
                            "app",
                            "BEGIN; INSERT INTO parent SELECT generate_series(1001, 1100);"
                                    + " INSERT INTO child SELECT 5000 - i, i FROM generate_series(1001, 1100) i; COMMIT");
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> pair.target()
                            .query(
                                    "app",
                                    "SELECT count(*) FROM godwit.applier_progress a JOIN godwit.apply_progress p"
                                            + " USING (migration) WHERE a.applied_lsn > p.applied_lsn")
                            .equals(List.of("2")));
        }
    }

    private static Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("apart")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .apply(ApplyOptions.builder().appliers(3).build())
                .build();
    }
}
