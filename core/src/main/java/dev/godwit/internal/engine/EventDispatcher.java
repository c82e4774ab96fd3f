package dev.godwit.internal.engine;

import dev.godwit.event.ListenerStatistics;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners, in order, on one thread of its own, so that no listener ever holds up the run.
 *
 * <p>The queue is bounded: where it is long, progress events are left out, since a later one supersedes them. The others are few
 * (a handful per table and schema step), and are left out only behind a listener that has taken nothing for a very long time. What
 * is left out is counted, and so is what a listener throws. Safe for use by any thread, those of listeners included.
 */
public final class EventDispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventDispatcher.class);
    private static final int PROGRESS_LIMIT = 1_000;
    private static final int LIMIT = 100_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration INTERRUPTED = Duration.ofSeconds(1);

    private final String migration;
    private final List<Told> listeners;
    private final Duration patience;
    private final Deque<MigrationEvent> queue = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private boolean closed;
    private boolean telling;
    private long published;
    private long leftOut;

    /** A listener and what is counted of it. */
    private static final class Told {
        private final MigrationListener listener;
        private final AtomicLong events = new AtomicLong();
        private final AtomicLong failures = new AtomicLong();

        private Told(MigrationListener listener) {
            this.listener = listener;
        }
    }

    public EventDispatcher(String migration, List<MigrationListener> listeners) {
        this(migration, listeners, PATIENCE);
    }

    /**
     * Tells listeners.
     *
     * @param patience how long {@link #close} waits for them
     */
    EventDispatcher(String migration, List<MigrationListener> listeners, Duration patience) {
        this.migration = migration;
        this.listeners = listeners.stream().map(Told::new).toList();
        this.patience = patience;
        this.thread = new Thread(this::dispatch, "godwit-" + migration + "-events");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes an event; never blocks for a listener. */
    public void publish(MigrationEvent event) {
        lock.lock();
        try {
            published++;
            if (closed || queue.size() >= (isSuperseded(event) ? PROGRESS_LIMIT : LIMIT)) {
                leftOut++;
                return;
            }
            queue.add(event);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a later event of the same kind says all that this one does. */
    private static boolean isSuperseded(MigrationEvent event) {
        return event instanceof MigrationEvent.TableProgress
                || event instanceof MigrationEvent.CopyProgress
                || event instanceof MigrationEvent.ReplicationProgress
                || event instanceof MigrationEvent.VerificationProgress;
    }

    /** Gives what was counted so far. */
    public ListenerStatistics statistics() {
        lock.lock();
        try {
            return new ListenerStatistics(
                    published,
                    leftOut,
                    queue.size() + (telling ? 1 : 0),
                    listeners.stream()
                            .map(told -> new ListenerStatistics.Listener(
                                    told.listener.getClass().getName(), told.events.get(), told.failures.get()))
                            .toList());
        } finally {
            lock.unlock();
        }
    }

    private void dispatch() {
        MigrationEvent event = next();
        while (event != null) {
            for (Told listener : listeners) {
                tell(listener, event);
            }
            event = next();
        }
    }

    /** A listener's failure, of whatever kind, is its own; it is counted and now and then logged, and the run goes on. */
    private void tell(Told told, MigrationEvent event) {
        try {
            told.listener.onEvent(event);
        } catch (Throwable e) {
            logFailure(told, event, told.failures.incrementAndGet(), e);
        } finally {
            told.events.incrementAndGet();
            // Nobody's interrupt but a listener's own, or that of close(), which has said what it had to say.
            Thread.interrupted();
        }
    }

    /** The first failure, and then each that has ten times as many before it, or a broken listener would fill the log. */
    private void logFailure(Told told, MigrationEvent event, long failures, Throwable failure) {
        long digits = failures;
        while (digits % 10 == 0) {
            digits /= 10;
        }
        if (digits != 1) {
            return;
        }
        try {
            LOG.warn(
                    "{}: listener {} failed on {} (failure {} of this listener)",
                    migration,
                    told.listener.getClass().getName(),
                    event.getClass().getSimpleName(),
                    failures,
                    failure);
        } catch (RuntimeException | Error e) {
            // Its own description failed, too; it is counted, and nothing else can be said of it.
            LOG.warn(
                    "{}: listener {} failed, and so did describing how",
                    migration,
                    told.listener.getClass().getName());
        }
    }

    private @Nullable MigrationEvent next() {
        lock.lock();
        try {
            telling = false;
            while (queue.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            MigrationEvent event = queue.poll();
            telling = event != null;
            return event;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Delivers what is queued, for at most five seconds, and ends the thread; a listener that is busy for longer is interrupted, and
     * told nothing more. Called by a listener, it returns at once, and the rest is delivered when the listener has returned.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        if (Thread.currentThread() == thread || endsWithin(patience)) {
            return;
        }
        lock.lock();
        try {
            leftOut += queue.size();
            queue.clear();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
        boolean ended = endsWithin(INTERRUPTED);
        LOG.warn(
                "{}: a listener was busy for {} s after the run's end and was interrupted; {}",
                migration,
                patience.toSeconds(),
                ended ? "it has returned" : "it goes on, and its thread with it");
    }

    /** Not cut short by an interrupt of the caller, who closes the run and wants its listeners to know how it ended. */
    private boolean endsWithin(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        while (thread.isAlive() && deadline - System.nanoTime() > 0) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
