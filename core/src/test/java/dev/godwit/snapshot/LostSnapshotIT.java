package dev.godwit.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.CopyOptions;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import org.junit.jupiter.api.Test;

/** The session that keeps the snapshot and the tables' locks ends, while workers that have joined the snapshot see it still. */
@PostgresPairTest(source = "13", target = "17")
final class LostSnapshotIT {

    @Test
    void aTableThatIsTruncatedThenIsNotTakenForAnEmptyOne(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE large (id int PRIMARY KEY, v text)",
                        "INSERT INTO large SELECT i, repeat('x', 1000) FROM generate_series(1, 3000) i",
                        "CREATE TABLE later (id int PRIMARY KEY)",
                        "INSERT INTO later SELECT generate_series(1, 100)");
        CopyTrial trial = new CopyTrial(
                pair,
                CopyOptions.builder().workers(1).maxBytesPerSecond(3 << 20).build());
        try (MigrationRun run = trial.migration().start()) {
            trial.awaitOn(pair.source(), CopyTrial.copying("large"));
            String keeper = pair.source()
                    .query(
                            pair.database(),
                            "SELECT pid FROM pg_locks WHERE relation = 'later'::regclass AND granted"
                                    + " AND mode = 'AccessShareLock' AND pid <> pg_backend_pid()")
                    .get(0);
            pair.source().execute("postgres", "SELECT pg_terminate_backend(" + keeper + ")");
            pair.source().execute(pair.database(), "TRUNCATE later", "INSERT INTO later VALUES (0)");
            trial.complete(run);
        }
        assertThat(trial.told(MigrationEvent.TableCopied.class))
                .filteredOn(copied -> copied.table().equals("public.later"))
                .singleElement()
                .satisfies(copied -> assertThat(copied.rows()).isEqualTo(1));
        assertThat(trial.told(MigrationEvent.TableQueued.class))
                .filteredOn(queued -> queued.table().equals("public.later"))
                .as("snapshots")
                .hasSize(2);
        trial.migration().cleanUp();
    }
}
