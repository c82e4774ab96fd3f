package dev.godwit.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.SchemaPlan;
import dev.godwit.schema.SchemaPreparer;
import dev.godwit.schema.SchemaPreparers;
import dev.godwit.schema.SchemaStage;
import dev.godwit.schema.SchemaStep;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tables get other names on the source while the target's schema is made, before anything holds them. */
@Tag("D1")
@PostgresPairTest(source = "13", target = "17")
final class RenamedBeforeCopyIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    @Test
    void failsWithEachNameAndTheWayOutAndLeavesNothingAndGoesOn(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE SCHEMA attic",
                        "CREATE TABLE renamed (id int PRIMARY KEY, v text)",
                        "CREATE TABLE swapped (id int PRIMARY KEY, v text)",
                        "CREATE TABLE moved (id int PRIMARY KEY, v text)",
                        "CREATE INDEX ON moved (v)",
                        "CREATE TABLE dropped (id int PRIMARY KEY)",
                        "CREATE TABLE kept (id int PRIMARY KEY)",
                        "INSERT INTO renamed SELECT i, i FROM generate_series(1, 100) i",
                        "INSERT INTO swapped SELECT i, i FROM generate_series(1, 100) i",
                        "INSERT INTO moved SELECT i, i FROM generate_series(1, 100) i");
        failAtOtherNames(pair);
        pair.source()
                .execute(
                        pair.database(),
                        "ALTER TABLE \"re named\" RENAME TO renamed",
                        "ALTER TABLE swapped RENAME TO another",
                        "ALTER TABLE old RENAME TO swapped",
                        "DROP TABLE another",
                        "INSERT INTO swapped VALUES (0, 'late')");
        pair.target().execute(pair.database(), "ALTER TABLE moved SET SCHEMA attic", "DROP TABLE dropped");
        try (MigrationRun run = migration(pair).resume()) {
            run.awaitReadyToCutover(LIMIT);
            pair.source()
                    .execute(
                            pair.database(),
                            "UPDATE attic.moved SET v = 'changed' WHERE id = 1",
                            "DELETE FROM renamed WHERE id = 1",
                            "INSERT INTO kept VALUES (1)");
            run.cutover();
            assertThat(run.phase()).isEqualTo(MigrationPhase.COMPLETED);
        }
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
        assertThat(pair.target().query(pair.database(), "SELECT count(*) FROM pg_indexes WHERE schemaname = 'attic'"))
                .containsExactly("2");
        migration(pair).cleanUp();
    }

    private static void failAtOtherNames(PostgresPair pair) throws Exception {
        try (Connection gate = pair.connectTarget();
                Statement statement = gate.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(4711)");
            try (MigrationRun run = migration(pair).start()) {
                await().atMost(LIMIT)
                        .until(() -> pair.target()
                                .query(
                                        pair.database(),
                                        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND"
                                                + " objid = 4711")
                                .equals(List.of("1")));
                pair.source()
                        .execute(
                                pair.database(),
                                "ALTER TABLE renamed RENAME TO \"re named\"",
                                "ALTER TABLE swapped RENAME TO old",
                                "CREATE TABLE swapped (id int PRIMARY KEY, v text)",
                                "ALTER TABLE moved SET SCHEMA attic",
                                "DROP TABLE dropped");
                statement.execute("SELECT pg_advisory_unlock(4711)");
                assertThatThrownBy(() -> run.awaitReadyToCutover(LIMIT))
                        .isInstanceOf(MigrationException.class)
                        .hasMessageContaining("table public.dropped was dropped; table public.moved is attic.moved now;"
                                + " table public.renamed is public.\"re named\" now; table public.swapped is public.old now,"
                                + " and another one has its name. Give each its name back");
                assertThat(run.phase()).isEqualTo(MigrationPhase.FAILED);
            }
        }
        assertThat(
                        pair.source()
                                .query(
                                        pair.database(),
                                        "SELECT slot_name::text FROM pg_replication_slots UNION ALL SELECT pubname FROM pg_publication"))
                .isEmpty();
    }

    private static Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("renamed")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .schema(gated())
                .build();
    }

    /** What is made from the catalog, and a last step that waits until it is let pass. */
    private static SchemaPreparer gated() {
        return (source, target, tables) -> {
            SchemaPlan plan = SchemaPreparers.fromCatalog().plan(source, target, tables);
            List<SchemaStep> steps = new ArrayList<>(plan.steps());
            steps.add(
                    new SchemaStep("gate", SchemaStage.BEFORE_COPY, null, "SELECT pg_advisory_xact_lock_shared(4711)"));
            return new SchemaPlan(steps, plan.notCarried());
        };
    }
}
