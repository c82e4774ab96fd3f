package dev.godwit.replication.apply;

import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Tells what a retry may mend, and takes row values out of failures. */
final class SqlFailures {

    /** Too many connections, disk full and the like; object in use; serialisation, deadlock, lock; read-only for now. */
    private static final Set<String> TRANSIENT_STATES =
            Set.of("55006", "55P03", "40001", "40P01", "57014", "25006", "25P03", "25P04");

    private static final Set<String> TRANSIENT_PREFIXES = Set.of("08", "53", "57P0");

    /** Data, constraints, and what functions raise themselves. */
    private static final Set<String> VALUE_CLASSES = Set.of("22", "23", "44", "P0");

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

    private static @Nullable String state(SQLException failure) {
        return origin(failure).getSQLState();
    }

    /** The server's own failure under that of a batch. */
    private static SQLException origin(SQLException failure) {
        SQLException next = failure.getNextException();
        return failure instanceof BatchUpdateException && next != null ? next : failure;
    }

    /**
     * Keeps SQLSTATE and object names. The server's text quotes values for errors of data; its detail and context may do so for
     * any error, such as the row at which a COPY was broken off.
     */
    static SQLException sanitized(SQLException failure) {
        SQLException origin = origin(failure);
        ServerErrorMessage message = origin instanceof PSQLException server ? server.getServerErrorMessage() : null;
        if (!mayQuoteValues(origin.getSQLState())) {
            return message == null
                    ? origin
                    : new SQLException(message.getSeverity() + ": " + message.getMessage(), origin.getSQLState());
        }
        StringBuilder text = new StringBuilder("the server refused with SQLSTATE ").append(origin.getSQLState());
        if (message != null) {
            append(text, " constraint ", message.getConstraint());
            append(text, " column ", message.getColumn());
            append(text, " type ", message.getDatatype());
        }
        return new SQLException(text.toString(), origin.getSQLState());
    }

    private static boolean mayQuoteValues(@Nullable String state) {
        return state == null || VALUE_CLASSES.stream().anyMatch(state::startsWith);
    }

    private static void append(StringBuilder text, String label, @Nullable String name) {
        if (name != null) {
            text.append(label).append('"').append(name).append('"');
        }
    }
}
