package dev.godwit.internal.copy;

import java.util.concurrent.TimeUnit;

/** Holds back who moves more than is allowed, or moves while a pause is on. Safe for use by any thread. */
final class Pace {
    /** What may be moved at once after a time of rest. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** What is waited for at a time by those who slow down. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long bytesPerSecond;
    private long freeAt = System.nanoTime();
    private boolean paused;
    private boolean slow;
    private long lastAt = System.nanoTime();

    /**
     * Makes a pace.
     *
     * @param bytesPerSecond 0 for no limit
     */
    Pace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Waits until these bytes may be moved. */
    void await(long bytes) throws InterruptedException {
        long wait = 0;
        synchronized (this) {
            while (paused) {
                wait();
            }
            if (slow) {
                wait = Math.min(MOST_NANOS, Math.max(0, System.nanoTime() - lastAt));
            }
            if (bytesPerSecond > 0) {
                long now = System.nanoTime();
                freeAt = Math.max(freeAt, now - REST_NANOS);
                wait = Math.max(wait, freeAt - now);
                freeAt += (long) (bytes * 1e9 / bytesPerSecond);
            }
        }
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
        synchronized (this) {
            lastAt = System.nanoTime();
        }
    }

    /** Waits from now on as long as is worked, or no longer. */
    synchronized void slowDown(boolean on) {
        slow = on;
    }

    /** Begins a pause, or ends it. */
    synchronized void pause(boolean on) {
        paused = on;
        notifyAll();
    }
}
