package dev.godwit.internal.cutover;

import java.time.Duration;

/**
 * How long writes have been held back, and how long they may be.
 *
 * @param sinceNanos when that began, {@link System#nanoTime()}
 * @param max how long it may last
 */
record WritePause(long sinceNanos, Duration max) {

    /** Gives what is left; negative if it has lasted too long. */
    Duration remaining() {
        return max.minus(elapsed());
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }

    void requireWithin() {
        if (remaining().isNegative()) {
            throw new IllegalStateException("writes have been held back for longer than maxWritePause (" + max + ")");
        }
    }
}
