package dev.godwit.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.MigrationRun;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.PostgresAssertions;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.SmallDisk;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The target's disk, a small file system in memory, is full during the copy, and again while changes are applied. */
@Tag("F10")
@PostgresPairTest(source = "13", target = "17")
final class FullDiskIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int LITTLE = 1 << 20;

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();

    @Test
    void failsTheCopyOfWhatDoesNotFitAndHoldsUpTheApply(PostgresPair pair) throws Exception {
        try (SmallDisk disk = SmallDisk.mount(pair.target(), pair.database(), 24)) {
            migrate(pair, disk);
        }
    }

    private void migrate(PostgresPair pair, SmallDisk disk) throws Exception {
        pair.source()
                .execute(
                        PostgresPair.DATABASE,
                        "CREATE TABLE large (id int PRIMARY KEY, payload text)",
                        "ALTER TABLE large ALTER payload SET STORAGE PLAIN",
                        "INSERT INTO large SELECT i, repeat('x', 2000) FROM generate_series(1, 10000) i",
                        "CREATE TABLE little (id int PRIMARY KEY)",
                        "INSERT INTO little VALUES (1)");
        Migration migration = Migration.builder()
                .name("full-disk")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .listener(events::add)
                .build();
        try (MigrationRun run = migration.start()) {
            assertThatThrownBy(() -> run.awaitReadyToCutover(LIMIT))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("public.large")
                    .hasMessageContaining("No space left on device");
            assertThat(run.phase()).isEqualTo(MigrationPhase.FAILED);
        }
        assertThat(pair.target().query(PostgresPair.DATABASE, "SELECT id FROM little"))
                .as("the others went on")
                .containsExactly("1");
        disk.resize(80);
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(LIMIT);
            holdUp(pair, run, disk);
            run.awaitReadyToCutover(LIMIT);
            run.cutover();
        }
        PostgresAssertions.assertThat(pair).hasIdenticalData().hasIdenticalSchema();
        migration.cleanUp();
    }

    /** Nothing is left but a little; what is applied next takes more. */
    private void holdUp(PostgresPair pair, MigrationRun run, SmallDisk disk) {
        disk.fill(LITTLE);
        pair.source()
                .execute(
                        PostgresPair.DATABASE,
                        "INSERT INTO large SELECT i, repeat('y', 2000) FROM generate_series(20001, 23000) i");
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> events.stream()
                                .filter(MigrationEvent.Reconnecting.class::isInstance)
                                .count()
                        > 1);
        assertThat(events)
                .filteredOn(MigrationEvent.Reconnecting.class::isInstance)
                .asString()
                .contains("No space left on device");
        assertThat(run.phase()).isNotEqualTo(MigrationPhase.FAILED);
        disk.release();
    }
}
