package dev.godwit.internal.cutover;

import java.time.Duration;

/**
 * How long it took to apply what was left, as it was tried before the write pause: writers will wait for as long.
 *
 * @param first at the first try
 * @param best when it took least
 * @param last at the last one
 */
record DrainForecast(Duration first, Duration best, Duration last) {
    /** It should take no longer than this, and is tried again for a while if it does. */
    private static final Duration SHORT = Duration.ofMillis(60);

    /** A drain that takes so many times as long as the first one: the lag does not fall. */
    private static final int GROWTH = 4;

    /** Of the first try. */
    static DrainForecast of(Duration took) {
        return new DrainForecast(took, took, took);
    }

    /** Tries once more. */
    DrainForecast then(Duration took) {
        return new DrainForecast(first, took.compareTo(best) < 0 ? took : best, took);
    }

    boolean isShort() {
        return last.compareTo(SHORT) <= 0;
    }

    /** Under load it varies: half as much again as the least is a moment that one takes when none is short. */
    boolean isNearBest() {
        return last.multipliedBy(2).compareTo(best.multipliedBy(3)) <= 0;
    }

    /**
     * Settles for less than a short drain, as long as it does not get worse.
     *
     * @throws IllegalStateException if there is no use in holding writers back now
     */
    void requireBearable(Duration maxWritePause) {
        Duration limit = maxWritePause.dividedBy(2);
        if (last.compareTo(limit) >= 0) {
            throw new IllegalStateException(
                    "applying what is left would take " + last + " now, and maxWritePause allows " + limit
                            + " for it; wait for a calmer moment, then cut over again");
        }
        if (!isShort() && last.compareTo(first.multipliedBy(GROWTH)) > 0) {
            throw new IllegalStateException("the target does not keep up: to apply what was left took " + first
                    + " at first and takes " + last
                    + " now; wait for a calmer moment, or apply with more sessions (appliers), then cut over again");
        }
    }
}
