package dev.godwit.replication;

import org.jspecify.annotations.Nullable;

/**
 * What went wrong in an undertaking of which every step is tried, whatever becomes of the others: the first failure, which carries the
 * further ones as suppressed. Used by one thread.
 */
public final class Failures {
    private @Nullable Throwable first;
    private boolean interrupted;

    /** A step that may fail. */
    @FunctionalInterface
    public interface Step {
        /**
         * Takes the step.
         *
         * @throws Exception if it fails
         */
        void run() throws Exception;
    }

    /**
     * Takes a step and keeps what it throws, exception or error.
     *
     * @param step the step
     */
    public void attempt(Step step) {
        try {
            step.run();
        } catch (Exception | Error e) {
            interrupted |= e instanceof InterruptedException;
            if (first == null) {
                first = e;
            } else {
                suppress(first, e);
            }
        }
    }

    /**
     * Throws the first failure. If a further one was an interruption, the thread is interrupted again.
     *
     * @throws Exception the first failure, unless every step went well
     */
    public void rethrow() throws Exception {
        if (interrupted && !(first instanceof InterruptedException)) {
            Thread.currentThread().interrupt();
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof Exception exception) {
            throw exception;
        }
    }

    /** Throws the first failure, for steps that throw no checked exception: one that does is wrapped. Else as {@link #rethrow}. */
    public void rethrowUnchecked() {
        try {
            rethrow();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Has a failure carry a further one, unless they are the same: code that throws one exception again and again is no reason to lose
     * what failed.
     *
     * @param failure what is going to be thrown
     * @param further what came up on the way
     */
    public static void suppress(Throwable failure, Throwable further) {
        if (failure != further) {
            failure.addSuppressed(further);
        }
    }
}
