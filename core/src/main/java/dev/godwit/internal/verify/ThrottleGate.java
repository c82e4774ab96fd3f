package dev.godwit.internal.verify;

import dev.godwit.copy.Throttle;
import dev.godwit.copy.ThrottleContext;
import dev.godwit.result.MigrationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the workers back between two parts while the throttle says no, as long as there is something to wait for. Safe for use by any
 * thread; one at a time asks the throttle.
 */
final class ThrottleGate {
    private static final Logger LOG = LoggerFactory.getLogger(ThrottleGate.class);
    private static final long ASK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SnapshotPair pair;
    private final String migration;
    private final Throttle throttle;
    private final ThrottleContext context;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition later = lock.newCondition();
    private long askedAt = System.nanoTime() - ASK_EVERY_NANOS;
    private @Nullable String reason;

    ThrottleGate(SnapshotPair pair, String migration, Throttle throttle, ThrottleContext context) {
        this.pair = pair;
        this.migration = migration;
        this.throttle = throttle;
        this.context = context;
    }

    void await() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!isOpen()) {
                later.awaitNanos(ASK_EVERY_NANOS / 10);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isOpen() throws InterruptedException {
        long now = System.nanoTime();
        if (now - askedAt >= ASK_EVERY_NANOS) {
            askedAt = now;
            String answer = ask();
            if (answer != null && reason == null) {
                LOG.info("{}: the verification pauses: {}", migration, answer);
            }
            reason = answer;
            if (answer != null) {
                // Nobody else uses a session meanwhile, and would notice that all of them were ended.
                pair.requireAlive();
            }
        }
        return reason == null;
    }

    private @Nullable String ask() throws InterruptedException {
        try {
            return throttle.reasonToPause(context);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new MigrationException(
                    null, "the verification's throttle failed: " + e.getMessage() + "; mend it, then verify again", e);
        }
    }
}
