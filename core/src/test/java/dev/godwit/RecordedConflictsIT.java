package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.event.MigrationEvent;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.RecordedConflict;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** With the policy RECORD a migration goes on over conflicts, and is not cut over before somebody has dealt with them. */
@PostgresPairTest(source = "15", target = "15")
final class RecordedConflictsIT {
    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    @Test
    void theCutoverWaitsUntilConflictsAreAcknowledged(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE item (id int PRIMARY KEY, v text)",
                        "INSERT INTO item SELECT i, 'old' FROM generate_series(1, 10) i");
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(Duration.ofSeconds(60));
            pair.target().execute(pair.database(), "DELETE FROM item WHERE id IN (3, 4)");
            pair.source().execute(pair.database(), "UPDATE item SET v = 'secret'");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> recorded().size() == 2);

            List<RecordedConflict> conflicts = run.conflicts();
            assertThat(conflicts).hasSize(2).allSatisfy(conflict -> {
                assertThat(conflict.table()).isEqualTo("public.item");
                assertThat(conflict.kind()).isEqualTo("UPDATE_MISSING");
                assertThat(conflict.operation()).isEqualTo("UPDATE");
            });
            assertThat(recorded())
                    .extracting(MigrationEvent.ConflictRecorded::keyHash)
                    .containsExactlyElementsOf(
                            conflicts.stream().map(RecordedConflict::keyHash).toList());
            assertThat(events).noneMatch(event -> event.toString().contains("secret"));
            assertThatThrownBy(run::cutover)
                    .isInstanceOf(CutoverRevertedException.class)
                    .hasMessageContaining("2 change(s) did not fit")
                    .hasMessageContaining("before anything was fenced");

            assertThat(run.acknowledgeConflicts(conflicts.get(0).id())).isEqualTo(1);
            run.awaitReadyToCutover(Duration.ofSeconds(30));
            assertThatThrownBy(run::cutover).hasMessageContaining("1 change(s) did not fit");
            pair.target().execute(pair.database(), "INSERT INTO item VALUES (3, 'secret'), (4, 'secret')");
            assertThat(run.acknowledgeConflicts(Long.MAX_VALUE)).isEqualTo(1);
            run.awaitReadyToCutover(Duration.ofSeconds(30));
            run.cutover();
        }
        assertThat(pair.target().query(pair.database(), "SELECT v, count(*) FROM item GROUP BY 1"))
                .isEqualTo(pair.source().query(pair.database(), "SELECT v, count(*) FROM item GROUP BY 1"));
        migration(pair).cleanUp();
    }

    @Test
    void areAcknowledgedByWhoRunsTheMigrationAlone(PostgresPair pair) throws Exception {
        pair.source().execute(pair.database(), "CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        MigrationRun closed = migration(pair).start();
        try (closed) {
            closed.awaitReadyToCutover(Duration.ofSeconds(60));
            pair.target().execute(pair.database(), "DELETE FROM item");
            pair.source().execute(pair.database(), "DELETE FROM item");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> recorded().size() == 1);
            pair.target().execute(pair.database(), "UPDATE godwit.migration SET owner_epoch = owner_epoch + 1");
            assertThatThrownBy(() -> closed.acknowledgeConflicts(Long.MAX_VALUE))
                    .hasMessageContaining("taken over by another process");
            assertThat(closed.conflicts()).hasSize(1);
        }
        assertThatThrownBy(() -> closed.acknowledgeConflicts(Long.MAX_VALUE)).hasMessageContaining("run was closed");
        assertThatThrownBy(closed::acknowledgeSchemaChanges).hasMessageContaining("run was closed");
        migration(pair).cleanUp();
    }

    private List<MigrationEvent.ConflictRecorded> recorded() {
        return events.stream()
                .filter(MigrationEvent.ConflictRecorded.class::isInstance)
                .map(MigrationEvent.ConflictRecorded.class::cast)
                .toList();
    }

    private Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("conflicts")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .apply(ApplyOptions.builder()
                        .conflictPolicy(ConflictPolicy.RECORD)
                        .build())
                .listener(events::add)
                .build();
    }
}
