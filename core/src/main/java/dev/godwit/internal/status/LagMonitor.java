package dev.godwit.internal.status;

import dev.godwit.replication.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns positions into time: how long ago the source stood where the target stands now. Fed with samples of the source's
 * position; as exact as they are frequent. Used by one thread.
 */
public final class LagMonitor {
    private static final int SAMPLES = 100_000;

    private record Sample(Lsn lsn, long nanos) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** What the source's clock showed at the latest sample. */
    private @Nullable Instant clock;

    private long clockNanos;

    /** The latest sample that the target has reached. */
    private @Nullable Sample reached;

    /**
     * Takes a sample of the source's position.
     *
     * @param source where its log ends
     * @param time what its clock shows
     * @param nanos the monotonic clock of this process
     */
    public void sample(Lsn source, Instant time, long nanos) {
        clock = time;
        clockNanos = nanos;
        Sample last = samples.peekLast();
        if (last != null && !source.isAfter(last.lsn())) {
            // The source stood still: whoever reaches this position has caught up with this moment.
            samples.pollLast();
        }
        if (samples.size() >= SAMPLES) {
            samples.pollFirst();
        }
        samples.addLast(new Sample(source, nanos));
    }

    /**
     * Gives how far behind the applied position is; an upper estimate where it lies between samples. Empty as long as the
     * target has reached none of them: then nobody knows when the source stood there.
     */
    public Optional<Duration> lag(Lsn applied, long nanos) {
        while (!samples.isEmpty() && applied.isAtOrAfter(samples.getFirst().lsn())) {
            reached = samples.pollFirst();
        }
        if (reached == null) {
            return Optional.empty();
        }
        return Optional.of(samples.isEmpty() ? Duration.ZERO : Duration.ofNanos(Math.max(0, nanos - reached.nanos())));
    }

    /**
     * Gives how long ago a transaction was committed on the source. By the source's clock alone, which may differ from this process's
     * by hours; empty before the first sample.
     *
     * @param commit when, as the source has it
     * @param nanos the monotonic clock of this process
     */
    public Optional<Duration> since(Instant commit, long nanos) {
        if (clock == null) {
            return Optional.empty();
        }
        Duration since = Duration.between(commit, clock.plusNanos(nanos - clockNanos));
        return Optional.of(since.isNegative() ? Duration.ZERO : since);
    }
}
