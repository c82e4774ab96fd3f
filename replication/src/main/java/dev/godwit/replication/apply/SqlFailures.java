package dev.godwit.replication.apply;

import dev.godwit.replication.WithoutValues;
import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells what a retry may mend, and takes row values out of failures. */
final class SqlFailures {

    /** Too many connections, disk full and the like; object in use; serialisation, deadlock, lock; read-only for now. */
    private static final Set<String> TRANSIENT_STATES =
            Set.of("55006", "55P03", "40001", "40P01", "57014", "25006", "25P03", "25P04");

    private static final Set<String> TRANSIENT_PREFIXES = Set.of("08", "53", "57P0");

    /** NOT NULL, CHECK (also of a domain, or for the lack of a partition). */
    private static final Set<String> SINGLE_ROW_STATES = Set.of("23502", "23514");

    private SqlFailures() {}

    static boolean isTransient(SQLException failure) {
        String state = state(failure);
        if (state == null || state.isEmpty()) {
            return failure.getCause() instanceof IOException;
        }
        return TRANSIENT_STATES.contains(state) || TRANSIENT_PREFIXES.stream().anyMatch(state::startsWith);
    }

    static boolean isConstraintViolation(SQLException failure) {
        String state = state(failure);
        return state != null && state.startsWith("23");
    }

    /** Tells whether a row was refused for what it is, whatever other rows there are. */
    static boolean isOfSingleRow(@Nullable SQLException failure) {
        return failure != null && SINGLE_ROW_STATES.contains(String.valueOf(state(failure)));
    }

    private static @Nullable String state(SQLException failure) {
        return origin(failure).getSQLState();
    }

    /** The server's own failure under that of a batch. */
    private static SQLException origin(SQLException failure) {
        SQLException next = failure.getNextException();
        return failure instanceof BatchUpdateException && next != null ? next : failure;
    }

    /** Keeps SQLSTATE and object names; see {@link WithoutValues}. */
    static SQLException sanitized(SQLException failure) {
        return WithoutValues.of(failure);
    }
}
