package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.result.MigrationPausedException;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** DDL on the source while changes are applied: the run pauses, and after the target was adapted nothing is missing. */
@Tag("D1")
@PostgresPairTest(source = "13", target = "17")
final class SourceSchemaChangeIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    @Test
    void pausesForAnAddedColumnAndGoesOnWhenTheTargetHasIt(PostgresPair pair) throws Exception {
        createTables(pair);
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            source(
                    pair,
                    "INSERT INTO other VALUES (100)",
                    "ALTER TABLE item ADD note text",
                    "INSERT INTO item VALUES (101, 'v', 'note')",
                    "INSERT INTO other VALUES (101)");
            awaitPhase(run, MigrationPhase.PAUSED);

            MigrationPausedException paused =
                    catchThrowableOfType(MigrationPausedException.class, () -> run.awaitReadyToCutover(LIMIT));
            assertThat(paused.differences()).hasSize(1).first().asString().contains("\"note\": text on the source");
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("PAUSED");
            assertThat(events)
                    .filteredOn(MigrationEvent.Paused.class::isInstance)
                    .singleElement()
                    .satisfies(event ->
                            assertThat(((MigrationEvent.Paused) event).table()).isEqualTo("public.item"));
            assertThat(pair.target().query(pair.database(), "SELECT max(id) FROM other"))
                    .as("what comes before is applied, nothing behind it")
                    .isEqualTo(pair.source().query(pair.database(), "SELECT 100"));

            run.resume();
            awaitPhase(run, MigrationPhase.PAUSED);
            pair.target().execute(pair.database(), "ALTER TABLE item ADD note text");
            run.resume();
            run.awaitReadyToCutover(LIMIT);
            // A second one finds nothing paused.
            run.resume();
            assertThat(run.phase()).isEqualTo(MigrationPhase.READY_TO_CUTOVER);
            run.cutover();
        }
        assertSame(pair);
    }

    @Test
    void aRenamedTableIsKnownByItsNewNameOnceTheTargetHasIt(PostgresPair pair) throws Exception {
        createTables(pair);
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            source(
                    pair,
                    "BEGIN; UPDATE item SET v = 'before' WHERE id = 1; ALTER TABLE item RENAME TO article;"
                            + " UPDATE article SET v = 'after' WHERE id = 2; COMMIT",
                    "DELETE FROM article WHERE id = 3");
            awaitPhase(run, MigrationPhase.PAUSED);
        }
        pair.target().execute(pair.database(), "ALTER TABLE item RENAME TO article");
        try (MigrationRun run = migration(pair).resume()) {
            run.awaitReadyToCutover(LIMIT);
            source(pair, "INSERT INTO article VALUES (200, 'new')");
            run.cutover();
        }
        assertSame(pair);
    }

    @Test
    void aTableThatNobodyWritesToIsKnownByItsNewNameToo(PostgresPair pair) throws Exception {
        createTables(pair);
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            source(pair, "ALTER TABLE item RENAME TO article");
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("public.item is public.article now")
                    .hasMessageContaining("rename them on the target as well");
            pair.target().execute(pair.database(), "ALTER TABLE item RENAME TO article");
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> run.status().tables().stream()
                            .anyMatch(table -> table.table().equals("article")));
            run.awaitReadyToCutover(LIMIT);
            source(pair, "INSERT INTO article VALUES (200, 'new')");
            run.cutover();
            assertThat(events).noneMatch(MigrationEvent.Paused.class::isInstance);
        }
        assertSame(pair);
    }

    private static void createTables(PostgresPair pair) throws Exception {
        source(
                pair,
                "CREATE TABLE item (id int PRIMARY KEY, v text)",
                "CREATE TABLE other (id int PRIMARY KEY)",
                "INSERT INTO item SELECT i, 'v' || i FROM generate_series(1, 50) i");
    }

    private static void source(PostgresPair pair, String... statements) throws Exception {
        pair.source().execute(pair.database(), statements);
    }

    private static void awaitPhase(MigrationRun run, MigrationPhase phase) {
        Awaitility.await().atMost(LIMIT).until(() -> run.phase() == phase);
    }

    private void assertSame(PostgresPair pair) throws Exception {
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
        migration(pair).cleanUp();
    }

    private Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("ddl")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .apply(ApplyOptions.builder()
                        .schemaCheckInterval(Duration.ofMillis(100))
                        .build())
                .listener(events::add)
                .build();
    }
}
