package dev.godwit.internal.copy;

import java.util.concurrent.TimeUnit;

/** Holds back who moves more than is allowed, or moves while a pause is on. Safe for use by any thread. */
final class Pace {
    /** What may be moved at once after a time of rest. */
    private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long bytesPerSecond;
    private long freeAt = System.nanoTime();
    private boolean paused;

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
            if (bytesPerSecond > 0) {
                long now = System.nanoTime();
                freeAt = Math.max(freeAt, now - REST_NANOS);
                wait = freeAt - now;
                freeAt += (long) (bytes * 1e9 / bytesPerSecond);
            }
        }
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
    }

    /** Begins a pause, or ends it. */
    synchronized void pause(boolean on) {
        paused = on;
        notifyAll();
    }
}
