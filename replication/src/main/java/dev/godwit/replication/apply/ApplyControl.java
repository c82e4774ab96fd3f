package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.stream.ChangeStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What the applying thread and its callers tell each other. */
final class ApplyControl {

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Lsn> awaited = new ArrayList<>();

    private SubscriberState state = SubscriberState.NEW;
    private Lsn received = Lsn.ZERO;
    private Lsn applied = Lsn.ZERO;
    private Lsn settled = Lsn.ZERO;
    private Lsn collected = Lsn.ZERO;
    private long pending;
    private Lsn lastChange = Lsn.ZERO;
    private @Nullable Instant lastCommitTime;
    private ApplyCounters counters = ApplyCounters.NONE;
    private long reconnects;
    private @Nullable ReplicationException failure;
    private @Nullable ChangeStream stream;
    private @Nullable Lsn holdFrom;
    private @Nullable Lsn fencedAt;
    private volatile boolean stopping;

    SubscriberStatus status() {
        lock.lock();
        try {
            if (stream != null) {
                received = Lsn.max(received, stream.received());
            }
            return new SubscriberStatus(
                    state,
                    received,
                    applied,
                    collected,
                    pending,
                    settled,
                    Optional.ofNullable(lastCommitTime),
                    counters,
                    reconnects,
                    Optional.ofNullable(failure));
        } finally {
            lock.unlock();
        }
    }

    boolean isStopping() {
        return stopping;
    }

    void requestStop() {
        lock.lock();
        try {
            stopping = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void moveTo(SubscriberState next) {
        if (state != SubscriberState.FAILED) {
            state = next;
        }
        changed.signalAll();
    }

    void starting() {
        lock.lock();
        try {
            if (state != SubscriberState.NEW) {
                throw new IllegalStateException("a subscriber is started once; it is " + state);
            }
            moveTo(SubscriberState.CONNECTING);
        } finally {
            lock.unlock();
        }
    }

    void connected(ChangeStream opened, Lsn from) {
        lock.lock();
        try {
            stream = opened;
            received = Lsn.max(received, from);
            // Without synchronous commits, a crash of the target takes back what was applied, but nothing that was
            // settled.
            applied = from;
            collected = from;
            pending = 0;
            settled = Lsn.max(settled, from);
            moveTo(SubscriberState.STREAMING);
        } finally {
            lock.unlock();
        }
    }

    void disconnected(boolean counts) {
        lock.lock();
        try {
            stream = null;
            reconnects += counts ? 1 : 0;
            moveTo(SubscriberState.CONNECTING);
        } finally {
            lock.unlock();
        }
    }

    void ended(@Nullable ReplicationException cause) {
        lock.lock();
        try {
            stream = null;
            failure = cause;
            moveTo(cause == null ? SubscriberState.STOPPED : SubscriberState.FAILED);
        } finally {
            lock.unlock();
        }
    }

    /** Notes a source transaction that is going to be applied. */
    void collected(Lsn end, long rows) {
        lock.lock();
        try {
            collected = Lsn.max(collected, end);
            pending += rows;
        } finally {
            lock.unlock();
        }
    }

    /** Notes a committed batch, durable or not, which may have been on its way when the fence was armed. */
    void committed(Lsn end, Lsn lastChangeOfBatch, @Nullable Instant commitTime, ApplyCounters batch) {
        lock.lock();
        try {
            applied = Lsn.max(applied, end);
            lastChange = Lsn.max(lastChange, lastChangeOfBatch);
            lastCommitTime = commitTime == null ? lastCommitTime : commitTime;
            counters = counters.plus(batch);
            pending = Math.max(0, pending - batch.rows() - batch.conflicts());
            changed.signalAll();
            if (fencedAt != null && lastChangeOfBatch.isAtOrAfter(fencedAt)) {
                throw new FenceLeakException(lastChangeOfBatch, fencedAt);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Notes that every commit before a position is durable. */
    void settled(Lsn position) {
        lock.lock();
        try {
            if (position.isAfter(settled)) {
                settled = position;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether somebody waits for a position, or for the fence. */
    boolean isAwaited() {
        lock.lock();
        try {
            return stopping || fencedAt != null || !awaited.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether what is open must be committed before a transaction is begun, since somebody waits in between. */
    boolean isBoundaryBefore(Lsn commitLsn) {
        lock.lock();
        try {
            return isAtOrBefore(holdFrom, commitLsn)
                    || isAtOrBefore(fencedAt, commitLsn)
                    || awaited.stream().anyMatch(position -> isAtOrBefore(position, commitLsn));
        } finally {
            lock.unlock();
        }
    }

    private static boolean isAtOrBefore(@Nullable Lsn limit, Lsn commitLsn) {
        return limit != null && commitLsn.isAtOrAfter(limit);
    }

    /** Waits as long as transactions at this position are held back; the caller looks for a stop afterwards. */
    void awaitRelease(Lsn commitLsn) throws InterruptedException {
        lock.lock();
        try {
            if (!isAtOrBefore(holdFrom, commitLsn)) {
                return;
            }
            moveTo(SubscriberState.HELD);
            while (!stopping && isAtOrBefore(holdFrom, commitLsn)) {
                changed.await();
            }
            moveTo(SubscriberState.STREAMING);
        } finally {
            lock.unlock();
        }
    }

    void holdFrom(@Nullable Lsn position) {
        lock.lock();
        try {
            holdFrom = position;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Fails if a transaction with changes at this position must not be. */
    void verifyFence(Lsn commitLsn) {
        lock.lock();
        try {
            if (fencedAt != null && commitLsn.isAtOrAfter(fencedAt)) {
                throw new FenceLeakException(commitLsn, fencedAt);
            }
        } finally {
            lock.unlock();
        }
    }

    void armFence(@Nullable Lsn end) {
        lock.lock();
        try {
            fencedAt = end;
            if (end != null && lastChange.isAtOrAfter(end)) {
                throw new FenceLeakException(lastChange, end);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean await(Lsn position, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        lock.lock();
        try {
            if (failure != null) {
                // What is settled stays so, but whoever asks has to know that the stream has ended in a failure.
                throw failure;
            }
            awaited.add(position);
            try {
                while (!settled.isAtOrAfter(position)) {
                    requireRunning();
                    if (System.nanoTime() - deadline >= 0) {
                        return false;
                    }
                    if (stream != null) {
                        stream.requestKeepalive();
                    }
                    long ignored = changed.awaitNanos(POLL_NANOS);
                }
                return true;
            } finally {
                awaited.remove(position);
            }
        } finally {
            lock.unlock();
        }
    }

    private void requireRunning() {
        if (failure != null) {
            throw failure;
        }
        if (state == SubscriberState.NEW || state == SubscriberState.STOPPED) {
            throw new IllegalStateException("the subscriber is not running; it is " + state);
        }
    }

    /** Waits until asked to stop, or for the given time. */
    void awaitStop(Duration time) throws InterruptedException {
        long left = time.toNanos();
        lock.lock();
        try {
            while (!stopping && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
