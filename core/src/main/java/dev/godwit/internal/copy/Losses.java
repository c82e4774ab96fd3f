package dev.godwit.internal.copy;

import dev.godwit.internal.plan.SqlStates;
import java.util.Set;

/** Tells failures of sessions from those of the data. */
final class Losses {
    /** A serialisation failure, a deadlock, a lock that was not to be had. */
    private static final Set<String> OF_THE_MOMENT = Set.of("40001", "40P01", "55P03");
    /** Two sessions have changed the same row of the catalog; there is no code of its own for that. */
    private static final String CONCURRENTLY = "tuple concurrently";

    private Losses() {}

    /** The session that kept the snapshot has ended, so nobody can join any more. */
    static boolean isSnapshotLoss(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SnapshotLostException) {
                return true;
            }
        }
        return false;
    }

    static boolean isConnectionLoss(Throwable failure) {
        String state = SqlStates.of(failure);
        return state != null && (state.startsWith("08") || state.startsWith("57P"));
    }

    static boolean mayPass(Throwable failure) {
        String state = SqlStates.of(failure);
        return isConnectionLoss(failure)
                || (state != null && OF_THE_MOMENT.contains(state))
                || String.valueOf(failure.getMessage()).contains(CONCURRENTLY);
    }
}
