package dev.godwit.replication;

import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Takes row values out of failures before they are thrown, logged or recorded.
 *
 * <p>A server's DETAIL, HINT, CONTEXT and internal query may quote a row for any error, such as the one at which a COPY was broken off, so
 * they are never kept; nor is the driver's exception, which holds them. The message itself is kept where the kind of the error (the class
 * of its SQLSTATE) is about objects, rights, settings or resources. For errors of data and of constraints, for what a function raises by
 * itself, and for kinds that PostgreSQL does not define, it is replaced by the SQLSTATE, the name of the condition, and the names of table,
 * column, type and constraint, which the server tells apart from the message.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL manual: error codes</a>
 */
public final class WithoutValues {

    /** Classes of errors whose messages are about objects and the server's state. */
    private static final Set<String> WITHOUT_VALUES = Set.of(
            "08", "0A", "0B", "0L", "0P", "24", "25", "26", "27", "28", "2B", "2D", "34", "3B", "3D", "3F", "40", "42",
            "53", "54", "55", "57", "58", "F0", "XX");

    /** Where code that is written in a language of the server raises its own errors, with whatever SQLSTATE it likes. */
    private static final Set<String> RAISED_BY_FUNCTIONS =
            Set.of("pl_exec.c", "plpy_elog.c", "plpy_plpymodule.c", "plperl.c", "Util.c", "Util.xs", "pltcl.c");

    private static final String NOT_ALLOWED = "42501";

    private static final Map<String, String> CONDITIONS = Map.ofEntries(
            Map.entry("22000", "data exception"),
            Map.entry("22001", "string data right truncation"),
            Map.entry("22003", "numeric value out of range"),
            Map.entry("22004", "null value not allowed"),
            Map.entry("22007", "invalid datetime format"),
            Map.entry("22008", "datetime field overflow"),
            Map.entry("22012", "division by zero"),
            Map.entry("22021", "character not in repertoire"),
            Map.entry("22023", "invalid parameter value"),
            Map.entry("22026", "string data length mismatch"),
            Map.entry("2200M", "invalid XML document"),
            Map.entry("2200N", "invalid XML content"),
            Map.entry("22P02", "invalid text representation"),
            Map.entry("22P03", "invalid binary representation"),
            Map.entry("22P04", "bad COPY file format"),
            Map.entry("22P05", "untranslatable character"),
            Map.entry("23000", "integrity constraint violation"),
            Map.entry("23001", "restrict violation"),
            Map.entry("23502", "not null violation"),
            Map.entry("23503", "foreign key violation"),
            Map.entry("23505", "unique violation"),
            Map.entry("23514", "check violation"),
            Map.entry("23P01", "exclusion violation"),
            Map.entry("44000", "with check option violation"),
            Map.entry("P0001", "raised by a function"),
            Map.entry("P0004", "assertion of a function failed"));

    private WithoutValues() {}

    /**
     * Gives a failure without row values.
     *
     * @param failure a failure of any kind
     * @return the same if it holds none; else another with the same SQLSTATE, stack trace and suppressed failures
     */
    public static Throwable of(Throwable failure) {
        return failure instanceof SQLException sql ? of(sql) : failure;
    }

    /**
     * Gives a failure without row values; of a batch's failure, that of the statement that has failed.
     *
     * @param failure a failure of the driver or of the server
     * @return the same if it holds none; else another with the same SQLSTATE, stack trace and suppressed failures
     */
    public static SQLException of(SQLException failure) {
        SQLException origin = origin(failure);
        if (origin instanceof PSQLException driver) {
            return ofDriver(driver);
        }
        // Other classes are this library's own; what they are made of has gone through here.
        Throwable cause = origin.getCause();
        if (!origin.getClass().equals(SQLException.class) || cause == null) {
            return origin;
        }
        Throwable clean = of(cause);
        return clean.equals(cause)
                ? origin
                : like(origin, new SQLException(origin.getMessage(), origin.getSQLState(), clean));
    }

    /**
     * Gives what may be shown of a failure, as part of a sentence.
     *
     * @param failure a failure of any kind
     * @return its message without row values and without a full stop at its end; the name of its class if it has none
     */
    public static String message(Throwable failure) {
        String message = of(failure).getMessage();
        if (message == null) {
            return failure.getClass().getName();
        }
        boolean stops = message.endsWith(".") && !message.endsWith("..");
        return stops ? message.substring(0, message.length() - 1) : message;
    }

    private static SQLException origin(SQLException failure) {
        SQLException next = failure.getNextException();
        return failure instanceof BatchUpdateException && next != null ? next : failure;
    }

    private static SQLException ofDriver(PSQLException failure) {
        String state = failure.getSQLState();
        ServerErrorMessage server = failure.getServerErrorMessage();
        boolean ofObjects = state != null && state.length() == 5 && WITHOUT_VALUES.contains(state.substring(0, 2));
        if (server == null) {
            // The driver's own: of the connection, or of a value that it could not read.
            return ofObjects || failure.getCause() instanceof IOException
                    ? failure
                    : like(failure, new SQLException("the driver has failed with SQLSTATE " + state, state));
        }
        String text = ofObjects && !mayBeOfRow(String.valueOf(state), server)
                ? server.getSeverity() + ": " + server.getMessage()
                : names(state, server);
        return like(failure, new SQLException(text, state));
    }

    /** Names may be values, of type regclass say, and an extension's errors are internal ones where it does not care. */
    private static boolean mayBeOfRow(String state, ServerErrorMessage server) {
        return RAISED_BY_FUNCTIONS.contains(String.valueOf(server.getFile()))
                || (server.getWhere() != null
                        && !state.equals(NOT_ALLOWED)
                        && (state.startsWith("42") || state.startsWith("XX")));
    }

    private static String names(@Nullable String state, ServerErrorMessage server) {
        StringBuilder text = new StringBuilder("the server refused with SQLSTATE ").append(state);
        String condition = state == null ? null : CONDITIONS.get(state);
        if (condition != null) {
            text.append(" (").append(condition).append(')');
        }
        String schema = server.getSchema();
        append(text, " table ", server.getTable() == null || schema == null ? null : schema + "." + server.getTable());
        append(text, " constraint ", server.getConstraint());
        append(text, " column ", server.getColumn());
        append(text, " type ", server.getDatatype());
        return text.toString();
    }

    private static void append(StringBuilder text, String label, @Nullable String name) {
        if (name != null) {
            text.append(label).append('"').append(name).append('"');
        }
    }

    private static SQLException like(SQLException failure, SQLException clean) {
        clean.setStackTrace(failure.getStackTrace());
        for (Throwable suppressed : List.of(failure.getSuppressed())) {
            clean.addSuppressed(of(suppressed));
        }
        return clean;
    }
}
