package dev.godwit.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MigrationMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MigrationMeters meters = new MigrationMeters(registry, Tag.of("region", "eu"));

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void giveLagInSecondsAndBacklogInBytesAndNoNumberBeforeTheFirstSample() {
        meters.onEvent(Events.phase(0, MigrationPhase.SNAPSHOT, MigrationPhase.CATCH_UP));
        assertThat(registry.get("godwit.replication.lag").timeGauge().value(TimeUnit.SECONDS))
                .isNaN();
        meters.onEvent(Events.applied(0, 500, 1, 1));
        assertThat(registry.get("godwit.replication.lag").timeGauge().value(TimeUnit.SECONDS))
                .isEqualTo(1.4);
        assertThat(registry.get("godwit.replication.backlog").gauge().value()).isEqualTo(500);
        assertThat(registry.get("godwit.replication.backlog").gauge().getId().getBaseUnit())
                .isEqualTo("bytes");
    }

    @Test
    void countWhatIsAppliedAlsoWhenTheSubscriberBeginsToCountAnew() {
        meters.onEvent(Events.applied(0, 0, 10, 100));
        meters.onEvent(Events.applied(1, 0, 15, 130));
        meters.onEvent(Events.applied(2, 0, 2, 20));
        assertThat(count("godwit.replication.transactions")).isEqualTo(17);
        for (String operation : List.of("insert", "update", "delete")) {
            assertThat(registry.get("godwit.replication.changes")
                            .tag("operation", operation)
                            .counter()
                            .count())
                    .isEqualTo(150);
        }
    }

    @Test
    void countRowsOnceWhetherATableIsCopiedAtOnceOrInParts() {
        meters.onEvent(Events.queued(0, "public.small", 10));
        meters.onEvent(Events.queued(0, "public.large", 100));
        assertThat(tables("queued")).isEqualTo(2);
        meters.onEvent(Events.copied(1, "public.small", 10));
        meters.onEvent(Events.chunk(1, "public.large", 1, 60));
        meters.onEvent(Events.chunk(1, "public.large", 0, 40));
        meters.onEvent(Events.copied(2, "public.large", 100));
        assertThat(count("godwit.copy.rows")).isEqualTo(110);
        assertThat(count("godwit.copy.bytes")).isEqualTo(11_000);
        assertThat(tables("queued")).isZero();
        assertThat(tables("copied")).isEqualTo(2);
        assertThat(registry.get("godwit.copy.table").timer().count()).isEqualTo(2);
        assertThat(registry.get("godwit.copy.table").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(4);
    }

    @Test
    void tellThePhaseOneOfAll() {
        meters.onEvent(Events.phase(0, MigrationPhase.SCHEMA, MigrationPhase.SNAPSHOT));
        assertThat(registry.get("godwit.phase").gauges()).hasSize(MigrationPhase.values().length);
        assertThat(registry.get("godwit.phase").tag("phase", "snapshot").gauge().value())
                .isEqualTo(1);
        assertThat(registry.get("godwit.phase").tag("phase", "schema").gauge().value())
                .isZero();
    }

    @Test
    void countLossesWarningsConflictsAndFailures() {
        meters.onEvent(new MigrationEvent.Reconnecting("orders", Events.START, "gone", 1));
        meters.onEvent(Events.warning(0, "x"));
        meters.onEvent(new MigrationEvent.ConflictRecorded("orders", Events.START, "t", "0/1", "UPDATE_MISSING", "h"));
        meters.onEvent(new MigrationEvent.PartFailed("orders", Events.START, "table t", "x"));
        meters.onEvent(new MigrationEvent.CutoverReverted("orders", Events.START, "drain", "x"));
        meters.onEvent(Events.failed(0, "x"));
        assertThat(count("godwit.connection.losses")).isEqualTo(1);
        assertThat(count("godwit.warnings")).isEqualTo(5);
        assertThat(count("godwit.replication.conflicts")).isEqualTo(1);
        assertThat(count("godwit.copy.failures")).isEqualTo(1);
        assertThat(count("godwit.cutover.reverted")).isEqualTo(1);
        assertThat(count("godwit.failures")).isEqualTo(1);
    }

    @Test
    void tellOfVerifications() {
        meters.onEvent(new MigrationEvent.VerificationCompleted(
                "orders", Events.START, "0/1", false, 3, Duration.ofSeconds(2)));
        meters.onEvent(new MigrationEvent.VerificationCompleted(
                "orders", Events.START, "0/2", true, 0, Duration.ofSeconds(1)));
        assertThat(registry.get("godwit.verification").timer().totalTime(TimeUnit.SECONDS))
                .isEqualTo(3);
        assertThat(count("godwit.verification.differing.rows")).isEqualTo(3);
        assertThat(count("godwit.warnings")).isEqualTo(1);
    }

    @Test
    void timeTheCutover() {
        meters.onEvent(new MigrationEvent.CutoverStepDone("orders", Events.START, "drain", Duration.ofMillis(30)));
        meters.onEvent(new MigrationEvent.CutoverCompleted("orders", Events.START, "0/1", Duration.ofMillis(200)));
        assertThat(registry.get("godwit.cutover.step")
                        .tag("step", "drain")
                        .timer()
                        .totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(30);
        assertThat(registry.get("godwit.cutover.pause").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(200);
    }

    @Test
    void bearTheMigrationsNameAndTheTagsGivenAndNoTables() {
        meters.onEvent(Events.copied(0, "public.film", 1));
        meters.onEvent(Events.chunk(0, "public.film", 0, 1));
        assertThat(registry.getMeters()).isNotEmpty().allSatisfy(meter -> {
            assertThat(meter.getId().getTag("migration")).isEqualTo("orders");
            assertThat(meter.getId().getTag("region")).isEqualTo("eu");
            assertThat(meter.getId().getName()).matches("godwit(\\.[a-z]+)+");
            assertThat(meter.getId().getDescription()).isNotBlank();
            assertThat(meter.getId().getTags()).extracting(Tag::getValue).doesNotContain("public.film");
        });
    }

    @Test
    void areOfEachMigrationAndGoneWhenClosed() {
        meters.onEvent(Events.copied(0, "public.film", 1));
        int ofOne = registry.getMeters().size();
        meters.onEvent(new MigrationEvent.TableCopied("films", Events.START, "t", 5, 5, Duration.ofSeconds(1), "text"));
        assertThat(registry.getMeters()).hasSize(2 * ofOne);
        assertThat(registry.get("godwit.copy.rows")
                        .tag("migration", "films")
                        .counter()
                        .count())
                .isEqualTo(5);
        meters.close();
        assertThat(registry.getMeters()).extracting(Meter::getId).isEmpty();
    }

    private double count(String name) {
        return registry.get(name).counter().count();
    }

    private double tables(String state) {
        return registry.get("godwit.copy.tables").tag("state", state).gauge().value();
    }
}
