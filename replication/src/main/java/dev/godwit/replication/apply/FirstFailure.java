package dev.godwit.replication.apply;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What went wrong first among several that work together; those who wait for one another are told. */
final class FirstFailure {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable Throwable first;

    /** Takes a failure, and gives the first one. */
    Throwable record(Throwable cause) {
        lock.lock();
        try {
            if (first == null) {
                first = cause;
                changed.signalAll();
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Changes what others wait for. */
    void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether something has gone wrong. */
    boolean exists() {
        lock.lock();
        try {
            return first != null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a condition; false if something went wrong before it held. */
    boolean await(BooleanSupplier condition) throws InterruptedException {
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (first != null) {
                    return false;
                }
                changed.await();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #await(BooleanSupplier)}; also false if the time was up. */
    boolean await(BooleanSupplier condition, Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (first != null || left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
