package dev.godwit.internal.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.Lsn;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class LagMonitorTest {
    /** The source's clock shows anything. */
    private static final Instant TIME = Instant.parse("1999-12-31T23:59:59Z");

    private final LagMonitor monitor = new LagMonitor();

    @Test
    void knowsNothingBeforeTheTargetHasReachedASample() {
        monitor.sample(new Lsn(1000), TIME.plusMillis(0), millis(0));
        assertThat(monitor.lag(new Lsn(10), millis(1))).isEmpty();
        assertThat(monitor.lag(new Lsn(999), millis(60_000))).isEmpty();
    }

    @Test
    void countsFromTheLatestSampleThatWasReached() {
        monitor.sample(new Lsn(100), TIME.plusMillis(0), millis(0));
        monitor.sample(new Lsn(200), TIME.plusMillis(250), millis(250));
        monitor.sample(new Lsn(300), TIME.plusMillis(500), millis(500));
        assertThat(monitor.lag(new Lsn(250), millis(600))).contains(Duration.ofMillis(350));
        assertThat(monitor.lag(new Lsn(250), millis(700))).contains(Duration.ofMillis(450));
    }

    @Test
    void isZeroWhenEverythingIsApplied() {
        monitor.sample(new Lsn(100), TIME.plusMillis(0), millis(0));
        assertThat(monitor.lag(new Lsn(100), millis(500))).contains(Duration.ZERO);
    }

    @Test
    void takesASourceThatStandsStillAsCaughtUpWith() {
        monitor.sample(new Lsn(100), TIME.plusMillis(0), millis(0));
        monitor.sample(new Lsn(100), TIME.plusMillis(10_000), millis(10_000));
        assertThat(monitor.lag(new Lsn(100), millis(10_100))).contains(Duration.ZERO);
        monitor.sample(new Lsn(200), TIME.plusMillis(10_250), millis(10_250));
        assertThat(monitor.lag(new Lsn(150), millis(10_300))).contains(Duration.ofMillis(300));
    }

    @Test
    void countsFromACommitByTheSourcesClockAlone() {
        Instant commit = TIME.minusSeconds(8);
        assertThat(monitor.since(commit, millis(0))).isEmpty();
        monitor.sample(new Lsn(100), TIME, millis(500));
        assertThat(monitor.since(commit, millis(500))).contains(Duration.ofSeconds(8));
        assertThat(monitor.since(commit, millis(1_500))).contains(Duration.ofSeconds(9));
        assertThat(monitor.since(TIME.plusSeconds(3), millis(500))).contains(Duration.ZERO);
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }
}
