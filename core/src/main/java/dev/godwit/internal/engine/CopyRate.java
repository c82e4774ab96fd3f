package dev.godwit.internal.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/** The speed of the last half minute. Used by one thread at a time. */
final class CopyRate {
    private static final long WINDOW_NANOS = Duration.ofSeconds(30).toNanos();

    private record Sample(long bytes, long nanos) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Takes a sample of what is done; gives bytes per second, empty as long as that cannot be told. */
    OptionalLong sample(long bytes, long nanos) {
        samples.addLast(new Sample(bytes, nanos));
        while (samples.size() > 2 && nanos - samples.getFirst().nanos() > WINDOW_NANOS) {
            samples.removeFirst();
        }
        Sample first = samples.getFirst();
        long passed = nanos - first.nanos();
        return passed == 0
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, Math.round((bytes - first.bytes()) * 1e9 / passed)));
    }
}
