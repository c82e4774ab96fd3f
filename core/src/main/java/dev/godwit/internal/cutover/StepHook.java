package dev.godwit.internal.cutover;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where tests act in each step, on the thread of the step itself; events come to another thread, and later. Nothing but code of this
 * package can set it, and nothing but tests does. Safe for use by any thread.
 */
interface StepHook {
    /** What acts now. */
    AtomicReference<StepHook> SET = new AtomicReference<>((migration, step, ended) -> {});

    /** Gives what acts now. */
    static StepHook set() {
        return Objects.requireNonNull(SET.get());
    }

    /**
     * A step begins or has ended.
     *
     * @param ended false at its begin, true at its end, when all of it is done
     * @throws Exception to let the step fail there
     */
    void at(String migration, String step, boolean ended) throws Exception;
}
