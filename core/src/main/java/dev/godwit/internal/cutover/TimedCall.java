package dev.godwit.internal.cutover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a server for no longer than writers can wait: the driver takes a minute to find out that one which lets it connect says nothing. */
final class TimedCall {
    private static final String NOT_CONNECTED = "08001";

    private TimedCall() {}

    /** What is asked. It goes on when nobody waits any more, so it must do no harm then. */
    interface Question {
        void run() throws Exception;
    }

    /**
     * Asks by a thread of its own.
     *
     * @return what went wrong, a connection that cannot be made if there was no answer in time; an interrupt does not end the waiting
     */
    static Optional<Exception> run(String thread, Duration limit, Question question) {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            question.run();
            return true;
        });
        Thread asking = new Thread(task, thread);
        asking.setDaemon(true);
        asking.start();
        long deadline = System.nanoTime() + limit.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                    return Optional.empty();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    return Optional.of(new SQLException("no answer within " + limit, NOT_CONNECTED, e));
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof Exception known) {
                        return Optional.of(known);
                    }
                    throw new IllegalStateException(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
