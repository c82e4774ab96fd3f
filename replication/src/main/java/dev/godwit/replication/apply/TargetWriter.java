package dev.godwit.replication.apply;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Does what it is given, one after the other, on a thread of its own, so that the next changes are collected while the target
 * works on the last ones.
 *
 * <p>What waits is bounded in bytes. After a failure nothing more is done, and whoever gives, waits or checks next is told.
 */
final class TargetWriter implements AutoCloseable {

    /** Something to do on the target. */
    interface Task {
        /** Does it. */
        void run() throws SQLException;
    }

    /** Something to ask the target for. */
    interface Question<T> {
        /** Asks. */
        T ask() throws SQLException;
    }

    private record Waiting(Task task, long bytes, boolean tells) {}

    private final FirstFailure failures;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Thread thread;
    private final long maxBytes;

    private long bytes;
    private boolean busy;
    private boolean closed;
    private @Nullable Throwable failure;

    /**
     * Starts the thread.
     *
     * @param failures those who work together with it
     */
    TargetWriter(String threadName, long maxBytes, FirstFailure failures) {
        this.maxBytes = maxBytes;
        this.failures = failures;
        thread = new Thread(this::loop, threadName);
        thread.setDaemon(true);
        thread.start();
    }

    private void loop() {
        try {
            Waiting next = await();
            while (next != null) {
                next.task.run();
                done(next);
                next = await();
            }
        } catch (InterruptedException e) {
            fail(new SQLException("the thread that writes to the target was interrupted", "57P01", e));
        } catch (SQLException | RuntimeException | Error e) {
            fail(e);
        }
    }

    private @Nullable Waiting await() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                changed.await();
            }
            if (closed) {
                return null;
            }
            busy = true;
            return waiting.remove();
        } finally {
            lock.unlock();
        }
    }

    private void done(Waiting done) {
        lock.lock();
        try {
            busy = false;
            bytes -= done.bytes;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(Throwable cause) {
        Throwable first = failures.record(cause);
        lock.lock();
        try {
            failure = first;
            busy = false;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Gives something to do, waiting until there is room for it; anything fits if nothing else waits. */
    void submit(long size, Task task) throws SQLException, InterruptedException {
        lock.lock();
        try {
            throwFailure();
            while (bytes > 0 && bytes + size > maxBytes) {
                changed.await();
                throwFailure();
            }
            waiting.add(new Waiting(task, size, false));
            bytes += size;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives something to tell when everything before it is done. It takes the place of what was given here directly before it and
     * still waits, so that no more of it waits than of other things to do.
     */
    void tell(Task task) throws SQLException {
        lock.lock();
        try {
            throwFailure();
            Waiting last = waiting.peekLast();
            if (last != null && last.tells) {
                waiting.removeLast();
            }
            waiting.add(new Waiting(task, 0, true));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Does something when all before it is done, and gives what came of it. */
    <T> T ask(Question<T> question) throws SQLException, InterruptedException {
        awaitIdle();
        // Nobody but the caller gives anything to do, so the target is the caller's now.
        return question.ask();
    }

    /** Waits until everything is done. */
    void awaitIdle() throws SQLException, InterruptedException {
        lock.lock();
        try {
            throwFailure();
            while (busy || !waiting.isEmpty()) {
                changed.await();
                throwFailure();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether everything is done; it is not if something has gone wrong. */
    boolean isIdle() {
        lock.lock();
        try {
            return failure == null && !busy && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Throws what has gone wrong, if something has. */
    void check() throws SQLException {
        lock.lock();
        try {
            throwFailure();
        } finally {
            lock.unlock();
        }
    }

    private void throwFailure() throws SQLException {
        if (failure instanceof SQLException e) {
            throw e;
        } else if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        }
    }

    /** Lets what is being done come to its end, and nothing more. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(60));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
