package dev.godwit.internal.copy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds back who moves more than is allowed, or moves while a pause is on. What is allowed may change at any time, also for those who
 * wait already. Safe for use by any thread.
 */
final class Pace {
    /** What may be moved at once after a time of rest. */
    private static final double REST_SECONDS = 0.1;

    /** What is waited for at a time by those who slow down. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long bytesPerSecond;
    /** What was asked for so far, and how much of that has been allowed by now: who asks is let go when all before it is allowed. */
    private double asked;

    private double allowed;
    private long reckonedAt = System.nanoTime();
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
        lock.lockInterruptibly();
        try {
            while (paused) {
                changed.await();
            }
            long now = System.nanoTime();
            long slowUntil = now + (slow ? Math.min(MOST_NANOS, Math.max(0, now - lastAt)) : 0);
            reckon(now);
            double before = asked;
            asked += bytes;
            long wait = wait(before, slowUntil, now);
            while (paused || wait > 0) {
                if (paused) {
                    changed.await();
                } else {
                    changed.awaitNanos(wait);
                }
                now = System.nanoTime();
                reckon(now);
                wait = wait(before, slowUntil, now);
            }
            lastAt = now;
        } finally {
            lock.unlock();
        }
    }

    private long wait(double before, long slowUntil, long now) {
        double owed = bytesPerSecond == 0 ? 0 : Math.max(0, before - allowed) * 1e9 / bytesPerSecond;
        return Math.max(slowUntil - now, (long) Math.ceil(owed));
    }

    private void reckon(long now) {
        if (bytesPerSecond == 0) {
            allowed = asked;
        } else {
            double since = (now - reckonedAt) / 1e9;
            allowed = Math.min(asked + bytesPerSecond * REST_SECONDS, allowed + bytesPerSecond * since);
        }
        reckonedAt = now;
    }

    /** Sets the limit from now on; 0 for none. */
    void limit(long limitPerSecond) {
        lock.lock();
        try {
            if (limitPerSecond != bytesPerSecond) {
                reckon(System.nanoTime());
                bytesPerSecond = limitPerSecond;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits from now on as long as is worked, or no longer. */
    void slowDown(boolean on) {
        lock.lock();
        try {
            slow = on;
        } finally {
            lock.unlock();
        }
    }

    /** Begins a pause, or ends it. */
    void pause(boolean on) {
        lock.lock();
        try {
            if (on != paused) {
                paused = on;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
