package dev.godwit.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.CopyOptions;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tables that cannot be copied are all named, the others are copied; once the cause is removed the rest follows. */
@PostgresPairTest(source = "15", target = "17")
final class FailedTablesIT {

    @Test
    void areAllNamedWhileTheOthersAreCopied(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE large (id int PRIMARY KEY, v text)",
                        "INSERT INTO large SELECT i, repeat('x', 500) FROM generate_series(1, 5000) i",
                        "CREATE TABLE small (id int PRIMARY KEY, v text)",
                        "INSERT INTO small VALUES (1, 'classified')",
                        "CREATE TABLE other (id int PRIMARY KEY, v text)",
                        "INSERT INTO other VALUES (1, 'one')");
        CopyTrial trial = new CopyTrial(
                pair,
                CopyOptions.builder()
                        .workers(2)
                        .throttle(context -> spoil(pair))
                        .build());
        try (MigrationRun run = trial.migration().start()) {
            assertThatThrownBy(() -> run.awaitReadyToCutover(CopyTrial.LIMIT))
                    .hasMessageContaining("failed for 2 of its parts")
                    .hasMessageContaining("table public.large: ")
                    .hasMessageContaining("\"no_x\"")
                    .hasMessageContaining("table public.small: ")
                    .hasMessageContaining("\"no_secrets\"")
                    .hasMessageContaining("resume")
                    .hasMessageNotContaining("classified")
                    .hasMessageNotContaining("xxx");
            assertThat(run.phase()).isEqualTo(MigrationPhase.FAILED);
        }
        assertThat(trial.told(MigrationEvent.TableCopied.class))
                .extracting(MigrationEvent.TableCopied::table)
                .containsExactly("public.other");
        pair.target()
                .execute(
                        pair.database(),
                        "ALTER TABLE large DROP CONSTRAINT no_x",
                        "ALTER TABLE small DROP CONSTRAINT no_secrets");
        CopyTrial next = new CopyTrial(pair, CopyOptions.builder().build());
        try (MigrationRun run = next.migration().resume()) {
            next.complete(run);
        }
        assertThat(next.told(MigrationEvent.TableQueued.class)).hasSize(2);
        next.migration().cleanUp();
    }

    /** What somebody else has done to the target meanwhile. */
    private static @Nullable String spoil(PostgresPair pair) {
        if (pair.target()
                .query(pair.database(), "SELECT 1 FROM pg_constraint WHERE conname = 'no_x'")
                .isEmpty()) {
            pair.target()
                    .execute(
                            pair.database(),
                            "ALTER TABLE large ADD CONSTRAINT no_x CHECK (v !~ 'x')",
                            "ALTER TABLE small ADD CONSTRAINT no_secrets CHECK (v <> 'classified')");
        }
        return null;
    }
}
