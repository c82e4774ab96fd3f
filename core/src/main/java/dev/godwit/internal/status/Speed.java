package dev.godwit.internal.status;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/** How fast an amount has grown in the last half minute. Used by one thread at a time. */
public final class Speed {
    private static final long WINDOW_NANOS = Duration.ofSeconds(30).toNanos();

    private record Sample(long amount, long nanos) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Takes a sample. */
    public void sample(long amount, long nanos) {
        samples.addLast(new Sample(amount, nanos));
        while (samples.size() > 2 && nanos - samples.getFirst().nanos() > WINDOW_NANOS) {
            samples.removeFirst();
        }
    }

    /** Tells whether so much time has passed since the last sample; true if there is none. */
    boolean isDue(long nanos, long everyNanos) {
        Sample last = samples.peekLast();
        return last == null || nanos - last.nanos() >= everyNanos;
    }

    /** Gives by how much it has grown in a second, negative if it has shrunk; empty as long as that cannot be told. */
    public OptionalLong perSecond() {
        Sample first = samples.peekFirst();
        Sample last = samples.peekLast();
        return first == null || last == null || first.nanos() == last.nanos()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.round((last.amount() - first.amount()) * 1e9 / (last.nanos() - first.nanos())));
    }
}
