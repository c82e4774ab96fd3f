package dev.godwit.internal.cutover;

/** Lets tests act at the begin and the end of each step of a cutover, on the thread of the step. Safe for use by any thread. */
public final class StepActs {
    private StepActs() {}

    /** What a test does. */
    public interface Act {
        /**
         * A step begins or has ended.
         *
         * @throws Exception to let the step fail there
         */
        void at(String migration, String step, boolean ended) throws Exception;
    }

    /** From now on this is done, and nothing else any more. */
    public static void set(Act act) {
        StepHook.SET.set(act::at);
    }

    /** From now on nothing is done. */
    public static void clear() {
        set((migration, step, ended) -> {});
    }
}
