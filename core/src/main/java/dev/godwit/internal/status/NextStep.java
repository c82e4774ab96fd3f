package dev.godwit.internal.status;

import dev.godwit.internal.watch.SourceLimitException;
import dev.godwit.replication.apply.ConflictException;
import dev.godwit.replication.apply.FenceLeakException;
import dev.godwit.replication.apply.StaleOwnerException;

/** What to do about a failure. Its message mostly says so in detail; this is the way on in one sentence. */
public final class NextStep {
    private static final String USUAL =
            "remove the cause that the reason names, then resume(); what is done stays done";

    private NextStep() {}

    /** Gives the next step after what a run has failed of. */
    public static String after(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConflictException) {
                return "make the target's row what it was on the source before that change, then resume(); or resume() with"
                        + " the conflict policy RECORD";
            }
            if (cause instanceof StaleOwnerException) {
                return "close this run; the migration is another process's now, whose status can be read from the target";
            }
            if (cause instanceof SourceLimitException) {
                return "cleanUp(), make room on the source or wait for a calmer time, then start() anew";
            }
            if (cause instanceof FenceLeakException) {
                return "find out who wrote to the source in spite of the fence, then resume()";
            }
        }
        return USUAL;
    }
}
