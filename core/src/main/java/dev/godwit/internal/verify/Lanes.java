package dev.godwit.internal.verify;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads and sessions of a verification. One thread calls; a driver waiting for its server does not notice an interrupt, so the work
 * is done by others, whose queries are cancelled.
 */
final class Lanes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);
    private static final long END_SECONDS = 30;

    private final SnapshotPair pair;
    private final String migration;
    private final int workers;
    private final ExecutorService threads;
    private final AtomicInteger count = new AtomicInteger();
    private final List<Lane> all = new ArrayList<>();
    private final Deque<Lane> free = new ArrayDeque<>();
    private boolean stopped;

    Lanes(SnapshotPair pair, String migration, int workers) {
        this.pair = pair;
        this.migration = migration;
        this.workers = workers;
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "godwit-" + migration + "-verify-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** What is done with each item. */
    interface Work<T> {
        void on(Lane lane, T item) throws SQLException, InterruptedException;
    }

    /** Does something in another thread, and stops everything if this one is interrupted. */
    <T> T call(Callable<T> work) throws SQLException, InterruptedException {
        return result(threads.submit(work));
    }

    private static <T> T result(Future<T> future) throws SQLException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException failure) {
                throw failure;
            }
            if (cause instanceof InterruptedException failure) {
                throw failure;
            }
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            if (cause instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(cause);
        }
    }

    /** Gives a pair of sessions that nobody else uses. */
    Lane take() throws SQLException {
        synchronized (this) {
            if (!free.isEmpty()) {
                return free.pop();
            }
        }
        Lane lane = Lane.open(pair, "godwit-" + migration + "-verify-target-" + count.incrementAndGet());
        synchronized (this) {
            all.add(lane);
            if (!stopped) {
                return lane;
            }
        }
        lane.abandon();
        throw new SQLException("the verification was ended", "57014");
    }

    synchronized void giveBack(Lane lane) {
        free.push(lane);
    }

    /** Works on all items, so many at a time; the first failure ends it. */
    <T> void forEach(List<T> items, Work<T> work) throws SQLException, InterruptedException {
        Queue<T> queue = new ConcurrentLinkedQueue<>(items);
        ExecutorCompletionService<Integer> crew = new ExecutorCompletionService<>(threads);
        int members = Math.min(workers, items.size());
        for (int i = 0; i < members; i++) {
            crew.submit(() -> {
                Lane lane = take();
                int done = 0;
                for (T item = queue.poll(); item != null; item = queue.poll()) {
                    work.on(lane, item);
                    done++;
                }
                giveBack(lane);
                return done;
            });
        }
        for (int i = 0; i < members; i++) {
            result(crew.take());
        }
    }

    /** Ends what is still going on, closes all sessions and waits for the threads. */
    @Override
    public void close() {
        List<Lane> lanes;
        boolean idle;
        synchronized (this) {
            stopped = true;
            lanes = List.copyOf(all);
            idle = free.size() == all.size();
        }
        lanes.forEach(idle ? Lane::close : Lane::abandon);
        threads.shutdownNow();
        // Nobody may go on while there are sessions left, though the thread may be interrupted again.
        boolean interrupted = Thread.interrupted();
        try {
            if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{}: threads of the verification have not ended within {} s", migration, END_SECONDS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
