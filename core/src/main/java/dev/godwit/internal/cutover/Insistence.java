package dev.godwit.internal.cutover;

import dev.godwit.internal.plan.PassingFailure;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Does again, for a while, what fails because a server cannot be reached: it may be starting anew. Used by one thread. */
final class Insistence {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Duration limit;

    /**
     * Makes one.
     *
     * @param limit how long it is tried again
     */
    Insistence(Duration limit) {
        this.limit = limit;
    }

    /** What finds out by itself how much of it is done already. */
    interface Action<T> {
        T run() throws Exception;
    }

    /** Does it; throws what cannot pass, or has not passed in time, or was met by an interrupted thread. */
    <T> T run(Action<T> action) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                return action.run();
            } catch (Exception e) {
                boolean again = PassingFailure.is(e) && System.nanoTime() - deadline < 0;
                if (!again || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }
}
