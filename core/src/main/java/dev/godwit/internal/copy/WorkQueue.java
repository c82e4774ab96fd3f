package dev.godwit.internal.copy;

import dev.godwit.result.MigrationException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What is still to be done by the workers, heaviest first, and what failed. Safe for use by several threads. */
final class WorkQueue {
    private final PriorityQueue<WorkItem> waiting = new PriorityQueue<>();
    private final List<Failure> failures = new ArrayList<>();
    private int running;
    private boolean aborted;

    private record Failure(String what, Throwable cause) {}

    synchronized void add(WorkItem item) {
        waiting.add(item);
        notifyAll();
    }

    synchronized int size() {
        return waiting.size();
    }

    /** Gives the next item; waits while others may still add some; null when there is nothing more to do. */
    synchronized @Nullable WorkItem take() throws InterruptedException {
        while (waiting.isEmpty() && running > 0 && !aborted) {
            wait();
        }
        if (aborted || waiting.isEmpty()) {
            return null;
        }
        running++;
        return waiting.poll();
    }

    /** An item taken is done, or has failed. */
    synchronized void finished() {
        running--;
        notifyAll();
    }

    synchronized void failed(String what, Throwable cause) {
        failures.add(new Failure(what, cause));
    }

    /** Nothing more is handed out. */
    synchronized void abort() {
        aborted = true;
        notifyAll();
    }

    synchronized void throwIfFailed() {
        if (failures.isEmpty()) {
            return;
        }
        StringBuilder message = new StringBuilder("the copy failed for " + failures.size() + " of its parts:");
        for (Failure failure : failures) {
            message.append("\n  ")
                    .append(failure.what())
                    .append(": ")
                    .append(failure.cause().getMessage());
        }
        message.append(
                "\nRemove the cause, then resume: what is copied stays, the rest is copied under a new snapshot");
        MigrationException exception =
                new MigrationException(null, message.toString(), failures.get(0).cause());
        failures.subList(1, failures.size()).forEach(failure -> exception.addSuppressed(failure.cause()));
        throw exception;
    }
}
