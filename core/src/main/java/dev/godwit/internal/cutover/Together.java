package dev.godwit.internal.cutover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Does one thing for several migrations at once, each on a thread of its own, and goes on when all are done. */
final class Together {
    private boolean interrupted;

    /** What is done for each. */
    interface Step {
        void run(CutoverAttempt attempt) throws Exception;
    }

    /**
     * Does it for all.
     *
     * @return what went wrong, in the order of the attempts; an interrupt of the calling thread does not end it, and is remembered
     */
    Map<CutoverAttempt, Throwable> run(List<CutoverAttempt> attempts, Step step) {
        Map<CutoverAttempt, Throwable> failures = new ConcurrentHashMap<>();
        CountDownLatch left = new CountDownLatch(attempts.size());
        List<Thread> threads = new ArrayList<>();
        for (CutoverAttempt attempt : attempts) {
            Thread thread = new Thread(
                    () -> {
                        try {
                            step.run(attempt);
                        } catch (Throwable e) {
                            failures.put(attempt, e);
                        } finally {
                            left.countDown();
                        }
                    },
                    "godwit-" + attempt.name() + "-cutover");
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        awaitAll(left);
        Map<CutoverAttempt, Throwable> ordered = new LinkedHashMap<>();
        for (CutoverAttempt attempt : attempts) {
            Throwable failure = failures.get(attempt);
            if (failure != null) {
                ordered.put(attempt, failure);
            }
        }
        return ordered;
    }

    private void awaitAll(CountDownLatch left) {
        while (true) {
            try {
                left.await();
                return;
            } catch (InterruptedException e) {
                // What is under way must come to its end, or nobody knows what is to be undone.
                interrupted = true;
            }
        }
    }

    /** Tells whether the calling thread was interrupted. */
    boolean isInterrupted() {
        return interrupted;
    }
}
