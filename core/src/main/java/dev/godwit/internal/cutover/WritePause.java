package dev.godwit.internal.cutover;

import dev.godwit.cutover.Deadline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long writes have been held back, and how long they may be.
 *
 * @param sinceNanos when that began, {@link System#nanoTime()}
 * @param max how long it may last
 */
record WritePause(long sinceNanos, Duration max) {

    /** Of the whole pause, by when a step must be over, in percent: an attempt that cannot succeed ends before all of it is spent. */
    enum Share {
        FENCE(40),
        DRAIN(60),
        FILL(80),
        SEAL(90),
        DECIDE(95),
        CONFIRM(100);

        private final int percent;

        Share(int percent) {
            this.percent = percent;
        }

        Duration of(Duration max) {
            return max.dividedBy(100).multipliedBy(percent);
        }
    }

    /** Gives what is left; negative if it has lasted too long. */
    Duration remaining() {
        return max.minus(elapsed());
    }

    /** Gives what is left until a step must be over; negative if that is past. */
    Duration remaining(Share share) {
        return Duration.ofNanos(nanosUntil(share) - System.nanoTime());
    }

    /** Gives when a step must be over. */
    Deadline deadline(Share share) {
        return Deadline.after(remaining(share));
    }

    /** Gives the moment at which a step must be over, {@link System#nanoTime()}. */
    long nanosUntil(Share share) {
        return sinceNanos + max.toNanos() / 100 * share.percent;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }

    void requireWithin(Share share) {
        if (remaining(share).isNegative()) {
            throw exceeded(share, null);
        }
    }

    /** Says that a step was not over in time. */
    IllegalStateException exceeded(Share share, @Nullable Throwable cause) {
        return new IllegalStateException(howLong(share), cause);
    }

    /** Says that a step was not over in time because a server did not answer. */
    IllegalStateException unanswered(Share share, Throwable cause) {
        return new IllegalStateException(
                howLong(share) + "; a server did not answer, not even when it was asked to cancel", cause);
    }

    private String howLong(Share share) {
        return "writes have been held back for " + elapsed().toMillis() + " ms, and of maxWritePause (" + max + ") "
                + share.percent + "% may have passed by the end of this step";
    }
}
