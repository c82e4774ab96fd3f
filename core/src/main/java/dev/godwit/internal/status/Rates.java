package dev.godwit.internal.status;

import dev.godwit.replication.Lsn;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How fast the target catches up, and how much log a change takes. Used by one thread at a time. */
final class Rates {
    private static final long EVERY_NANOS = Duration.ofMillis(400).toNanos();
    /** From so little nothing is concluded. */
    private static final int FEW_CHANGES = 50;
    /** What a change of a small row takes in the log, with its share of the commit, as long as nothing better is known. */
    private static final long USUAL_BYTES = 200;

    private final Speed lag = new Speed();
    private @Nullable Lsn firstSettled;
    private long firstChanges;
    private double bytesPerChange = USUAL_BYTES;

    /** Takes a sample of how far the target is behind. */
    void sample(long nanos, long lagBytes) {
        if (lag.isDue(nanos, EVERY_NANOS)) {
            lag.sample(lagBytes, nanos);
        }
    }

    /** Takes notice of how many changes were applied up to a position. */
    void applied(Lsn settled, long changes) {
        if (firstSettled == null || changes < firstChanges) {
            firstSettled = settled;
            firstChanges = changes;
        } else if (changes - firstChanges >= FEW_CHANGES && settled.isAfter(firstSettled)) {
            bytesPerChange = Math.max(1, (double) settled.bytesSince(firstSettled) / (changes - firstChanges));
        }
    }

    /** Gives by how many bytes per second the lag has shrunk; empty as long as that cannot be told. */
    OptionalLong catchUp() {
        OptionalLong growth = lag.perSecond();
        return growth.isPresent() ? OptionalLong.of(-growth.getAsLong()) : growth;
    }

    /** Estimates how many changes there are in so much log. */
    long changesIn(long bytes) {
        return Math.round(Math.max(0, bytes) / bytesPerChange);
    }
}
