package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationListener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners, in order, on one thread of its own, so that no listener ever holds up the run.
 *
 * <p>The queue is bounded: when it is full, progress events are left out, since a later one supersedes them. The others are
 * few (a handful per table and schema step) and always kept.
 */
public final class EventDispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventDispatcher.class);
    private static final int PROGRESS_LIMIT = 1_000;
    private static final long CLOSE_SECONDS = 5;

    private final String migration;
    private final List<MigrationListener> listeners;
    private final Deque<MigrationEvent> queue = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private boolean closed;
    private long listenerFailures;

    public EventDispatcher(String migration, List<MigrationListener> listeners) {
        this.migration = migration;
        this.listeners = List.copyOf(listeners);
        this.thread = new Thread(this::dispatch, "godwit-" + migration + "-events");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes an event; never blocks for a listener. */
    public void publish(MigrationEvent event) {
        lock.lock();
        try {
            boolean progress = event instanceof MigrationEvent.TableProgress
                    || event instanceof MigrationEvent.CopyProgress
                    || event instanceof MigrationEvent.ReplicationProgress;
            if (closed || (progress && queue.size() >= PROGRESS_LIMIT)) {
                return;
            }
            queue.add(event);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void dispatch() {
        MigrationEvent event = next();
        while (event != null) {
            for (MigrationListener listener : listeners) {
                tell(listener, event);
            }
            event = next();
        }
    }

    /** A listener's failure is its own; it is logged and counted, and the run goes on. */
    private void tell(MigrationListener listener, MigrationEvent event) {
        try {
            listener.onEvent(event);
        } catch (RuntimeException | Error e) {
            listenerFailures++;
            LOG.warn(
                    "{}: listener {} failed on {} (failure {})",
                    migration,
                    listener,
                    event.getClass().getSimpleName(),
                    listenerFailures,
                    e);
        }
    }

    private @Nullable MigrationEvent next() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            return queue.poll();
        } finally {
            lock.unlock();
        }
    }

    /** Delivers what is queued, for at most five seconds, and ends the thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("{}: a listener is still busy after {} s; its events are left to it", migration, CLOSE_SECONDS);
        }
    }
}
