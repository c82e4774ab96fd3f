package dev.godwit.replication.stream;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A queue between one producer and one consumer that is bounded by the bytes of what it holds. */
final class EventQueue {

    /** What an event takes on the heap beside its bytes, by estimate. */
    private static final int OVERHEAD_BYTES = 160;

    private static final int HANDOVER_EVENTS = 128;
    private static final int HANDOVER_BYTES = 128 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Condition notFull = lock.newCondition();
    private final ArrayDeque<StreamEvent> events = new ArrayDeque<>();
    /** Taken out in one go and used by the consumer alone. */
    private final ArrayDeque<StreamEvent> taken = new ArrayDeque<>();

    /** Of the producer alone, until it is added in one go. */
    private final ArrayDeque<StreamEvent> gathered = new ArrayDeque<>();

    private long gatheredBytes;

    private final long maxBytes;
    private long bytes;
    private @Nullable Throwable end;

    EventQueue(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    private static long cost(StreamEvent event) {
        return OVERHEAD_BYTES + (event instanceof StreamEvent.Message message ? message.heapBytes() : 0);
    }

    /** Tells whether what was gathered should be added now. */
    boolean isGathered() {
        return gatheredBytes >= HANDOVER_BYTES || gathered.size() >= HANDOVER_EVENTS;
    }

    /** Takes an event of the producer, which is not yet added. */
    void gather(StreamEvent event) {
        gathered.add(event);
        gatheredBytes += cost(event);
    }

    /**
     * Adds what was gathered if there is room, waiting for it no longer than given; anything fits into an empty queue.
     *
     * @return whether nothing is left to be added
     */
    boolean add(long timeoutNanos) throws InterruptedException {
        if (gathered.isEmpty()) {
            return true;
        }
        lock.lock();
        try {
            long left = timeoutNanos;
            while (!events.isEmpty() && bytes + gatheredBytes > maxBytes) {
                if (left <= 0) {
                    return false;
                }
                left = notFull.awaitNanos(left);
            }
            events.addAll(gathered);
            bytes += gatheredBytes;
            notEmpty.signal();
        } finally {
            lock.unlock();
        }
        gathered.clear();
        gatheredBytes = 0;
        return true;
    }

    /** Ends the queue, by the producer: what it has is still delivered, then the cause is thrown by {@link #poll}. */
    void end(Throwable cause) {
        lock.lock();
        try {
            events.addAll(gathered);
            gathered.clear();
            if (end == null) {
                end = cause;
            }
            notEmpty.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes an event; null if there was none in time. */
    @Nullable
    StreamEvent poll(long timeoutNanos) throws InterruptedException, EndedException {
        StreamEvent next = taken.poll();
        if (next != null) {
            return next;
        }
        lock.lock();
        try {
            long left = timeoutNanos;
            while (events.isEmpty()) {
                if (end != null) {
                    throw new EndedException(end);
                }
                if (left <= 0) {
                    return null;
                }
                left = notEmpty.awaitNanos(left);
            }
            long handedOver = 0;
            for (int i = 0; i < HANDOVER_EVENTS && handedOver < HANDOVER_BYTES && !events.isEmpty(); i++) {
                StreamEvent event = events.remove();
                handedOver += cost(event);
                taken.add(event);
            }
            bytes -= handedOver;
            notFull.signal();
        } finally {
            lock.unlock();
        }
        return taken.poll();
    }

    long maxWaitNanos() {
        return TimeUnit.MILLISECONDS.toNanos(50);
    }

    /** The producer has ended. */
    static final class EndedException extends Exception {

        private static final long serialVersionUID = 1L;

        EndedException(Throwable cause) {
            super(cause);
        }
    }
}
