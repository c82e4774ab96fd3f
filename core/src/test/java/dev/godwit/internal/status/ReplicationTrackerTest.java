package dev.godwit.internal.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.apply.ApplyCounters;
import dev.godwit.replication.apply.SubscriberState;
import dev.godwit.replication.apply.SubscriberStatus;
import dev.godwit.status.ReplicationStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ReplicationTrackerTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    /** The source's clock is hours behind. */
    private static final Instant SOURCE = NOW.minusSeconds(10_000);

    private final ReplicationTracker tracker = new ReplicationTracker(Clock.fixed(NOW, ZoneOffset.UTC));

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    private static SubscriberStatus subscriber(long settled, long collected, long pending) {
        return new SubscriberStatus(
                SubscriberState.STREAMING,
                new Lsn(collected),
                new Lsn(settled),
                new Lsn(collected),
                pending,
                new Lsn(settled),
                Optional.of(SOURCE.minusSeconds(7)),
                ApplyCounters.NONE,
                0,
                Optional.empty());
    }

    private ReplicationStatus status(long second) {
        return tracker.status(MigrationPhase.CATCH_UP, seconds(second));
    }

    @Test
    void knowsNothingBeforeBothSidesAreKnown() {
        assertThat(status(0)).isEqualTo(ReplicationStatus.UNKNOWN);
        tracker.sourceAt(new Lsn(1_000), SOURCE, 500, 0, 0);
        assertThat(status(0).lagBytes()).isNull();
        assertThat(status(0).incomingChanges()).isNull();
        assertThat(status(0).walRetainedBytes()).isEqualTo(500);
        assertThat(tracker.knowsTarget()).isFalse();
        tracker.settledAt(new Lsn(200));
        assertThat(status(0).lagBytes()).isEqualTo(800);
    }

    @Test
    void nothingIsIncomingExactlyWhenAllIsDurable() {
        tracker.settledAt(new Lsn(100));
        tracker.sourceAt(new Lsn(1_000), SOURCE, 0, 0, 0);
        tracker.follow(() -> subscriber(999, 1_000, 0));
        assertThat(status(1).incomingChanges()).isEqualTo(1);
        tracker.follow(() -> subscriber(1_000, 1_000, 0));
        assertThat(status(1).incomingChanges()).isZero();
        assertThat(status(1).lag()).isZero();
        tracker.follow(() -> subscriber(1_200, 1_200, 0));
        assertThat(status(1).incomingChanges()).isZero();
        assertThat(status(1).lagBytes()).isZero();
    }

    @Test
    void countsWhatHasBeenReceivedAndEstimatesTheRest() {
        tracker.settledAt(new Lsn(1_000));
        tracker.sourceAt(new Lsn(101_000), SOURCE, 0, 0, 0);
        tracker.follow(() -> subscriber(1_000, 81_000, 33));
        assertThat(status(1).incomingChanges()).as("200 bytes for each").isEqualTo(33 + 100);
        tracker.follow(null);
        assertThat(status(1).incomingChanges()).isEqualTo(500);
    }

    @Test
    void tellsWhenItWillBeReady() {
        tracker.settledAt(new Lsn(1_000));
        tracker.sourceAt(new Lsn(11_000), SOURCE, 0, 0, 0);
        tracker.settledAt(new Lsn(3_000));
        tracker.sourceAt(new Lsn(11_000), SOURCE, 0, seconds(1), 0);
        ReplicationStatus status = status(1);
        assertThat(status.catchUpBytesPerSecond()).isEqualTo(2_000);
        assertThat(status.estimatedReadyAt()).isEqualTo(NOW.plusSeconds(4));
        assertThat(tracker.status(MigrationPhase.SNAPSHOT, seconds(1)).estimatedReadyAt())
                .isNull();
    }

    @Test
    void measuresTheLagInTime() {
        tracker.follow(() -> subscriber(100, 100, 0));
        tracker.sourceAt(new Lsn(1_000), SOURCE, 0, 0, 0);
        assertThat(status(1).lag()).as("by the last commit's time").isEqualTo(Duration.ofSeconds(8));
        tracker.sourceAt(new Lsn(2_000), SOURCE, 0, seconds(2), 0);
        tracker.follow(() -> subscriber(1_500, 1_500, 0));
        assertThat(status(5).lag()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void isAtTheEndWhenTheTargetHasTakenOver() {
        tracker.settledAt(new Lsn(100));
        tracker.sourceAt(new Lsn(1_000), SOURCE, 77, 0, 0);
        tracker.end();
        ReplicationStatus status = tracker.status(MigrationPhase.COMPLETED, seconds(1));
        assertThat(status.incomingChanges()).isZero();
        assertThat(status.lagBytes()).isZero();
        assertThat(status.walRetainedBytes()).isZero();
    }
}
