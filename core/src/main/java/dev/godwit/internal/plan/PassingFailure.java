package dev.godwit.internal.plan;

import dev.godwit.replication.ReplicationException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;

/** Tells failures that may pass by themselves from those that somebody has to mend. */
public final class PassingFailure {
    /** Too many connections for now, a serialisation failure, a deadlock, and a lock or slot of a session of ours that is about to end. */
    private static final Set<String> STATES = Set.of("53300", "40001", "40P01", "55P03", "55006");

    /** A connection that was not made, is closed or was lost; a server that ends sessions, or does not take them yet. */
    private static final Set<String> OUT_OF_REACH =
            Set.of("08000", "08001", "08003", "08006", "08007", "57P01", "57P02", "57P03");

    private PassingFailure() {}

    /**
     * A lost or refused connection, a server that is shutting down or starting. What the subscriber gives up on has been tried
     * for long enough; of a copy's several failures each has to be one that may pass.
     */
    public static boolean is(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ReplicationException) {
                return false;
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return isPassing(sql) && othersAre(failure);
            }
        }
        return false;
    }

    /**
     * Tells whether there was nobody to answer, for now: a session ended or was not made, and not because the server refused it. Every such
     * failure may pass; not every one that may pass is such a failure.
     */
    public static boolean isOutOfReach(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (isLost(failure, state) || OUT_OF_REACH.contains(state));
    }

    private static boolean othersAre(Throwable failure) {
        if (failure instanceof SQLException) {
            return true;
        }
        for (Throwable other : failure.getSuppressed()) {
            if (!is(other)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPassing(SQLException failure) {
        String state = failure.getSQLState();
        return isLost(failure, state) || state.startsWith("08") || state.startsWith("57P0") || STATES.contains(state);
    }

    /** The driver gives no state where it cannot say goodbye to a server that does not listen any more. */
    private static boolean isLost(SQLException failure, String state) {
        return state.isEmpty() && failure.getCause() instanceof IOException;
    }
}
