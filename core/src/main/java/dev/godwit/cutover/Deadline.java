package dev.godwit.cutover;

import java.time.Duration;

/**
 * A moment by which something must be over, by {@link System#nanoTime()}: it stays where it is when somebody sets this process's clock.
 * Of use within this process only. Immutable, safe for use by any thread.
 */
public final class Deadline {
    /** Far enough to be never reached, near enough for differences of {@code nanoTime} to hold. */
    private static final Duration LONGEST = Duration.ofDays(365 * 100);

    private final long nanos;

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    /**
     * Gives the moment that comes after a time.
     *
     * @param time from now on; negative or zero for a moment that is past already, more than 100 years count as {@link #never()}
     * @return the deadline
     */
    public static Deadline after(Duration time) {
        Duration kept = time.compareTo(LONGEST) > 0 ? LONGEST : time.isNegative() ? Duration.ZERO : time;
        return new Deadline(System.nanoTime() + kept.toNanos());
    }

    /**
     * Gives one that does not come.
     *
     * @return the deadline
     */
    public static Deadline never() {
        return after(LONGEST);
    }

    /**
     * Gives what is left.
     *
     * @return zero if it is past
     */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
    }

    /**
     * Tells whether nothing is left.
     *
     * @return true from that moment on
     */
    public boolean isPast() {
        return left().isZero();
    }

    /**
     * Tells whether this one comes before another one.
     *
     * @param other of the same process
     * @return false also if both are the same moment
     */
    public boolean isBefore(Deadline other) {
        return nanos - other.nanos < 0;
    }

    /** What is left, in milliseconds. */
    @Override
    public String toString() {
        return "in " + left().toMillis() + " ms";
    }
}
