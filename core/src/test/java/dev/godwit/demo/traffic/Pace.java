package dev.godwit.demo.traffic;

import java.util.concurrent.locks.LockSupport;

/** Spaces one clerk's transactions evenly; time lost to a slow one is not caught up by a burst. One thread. */
final class Pace {

    private final long intervalNanos;
    private long nextNanos;

    Pace(long intervalNanos, long firstNanos) {
        this.intervalNanos = intervalNanos;
        this.nextNanos = firstNanos;
    }

    /** Waits until the next transaction is due. */
    void await() {
        long wait = nextNanos - System.nanoTime();
        while (wait > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(wait);
            wait = nextNanos - System.nanoTime();
        }
        nextNanos = Math.max(nextNanos + intervalNanos, System.nanoTime());
    }
}
