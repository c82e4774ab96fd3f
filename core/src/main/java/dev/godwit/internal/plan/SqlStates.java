package dev.godwit.internal.plan;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Finds out what a server has answered, through whatever has wrapped it. */
public final class SqlStates {
    private SqlStates() {}

    /**
     * Gives the SQLSTATE of the first exception among a failure and its causes that has one; null if none has.
     *
     * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL manual: error codes</a>
     */
    public static @Nullable String of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return null;
    }
}
