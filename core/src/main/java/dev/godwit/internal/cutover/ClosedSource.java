package dev.godwit.internal.cutover;

import dev.godwit.event.MigrationEvent;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

/**
 * Looks whether the source is closed for writes before the cutover comes to it, by an administrator or because another migration of the
 * database was cut over: then this one does not open it, whatever comes. Used by one thread.
 */
final class ClosedSource {
    static final String TO_OPEN =
            " To have it take writes: ALTER DATABASE … RESET default_transaction_read_only on the source";

    /** As the fences see it, which close it in this way. */
    private static final String IS_CLOSED = """
            SELECT EXISTS (SELECT 1
                             FROM pg_catalog.pg_db_role_setting s
                             JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase AND d.datname = current_database()
                             CROSS JOIN unnest(s.setconfig) AS c (setting)
                            WHERE s.setrole = 0
                              AND CASE WHEN c.setting ILIKE 'default_transaction_read_only=%'
                                       THEN split_part(c.setting, '=', 2)::boolean ELSE false END)
            """;

    private final CutoverContext context;
    private boolean told;

    ClosedSource(CutoverContext context) {
        this.context = context;
    }

    /** Records that the source may be closed from now on, and whether it is already; tells the latter. */
    boolean recordSealing(Connection source) throws SQLException {
        boolean closed = isClosed(source);
        if (closed && !told) {
            told = true;
            context.events()
                    .accept(new MigrationEvent.Warning(
                            context.plan().name(),
                            Instant.now(),
                            "the source is closed for writes already, by somebody else; it is left so if the cutover is undone."
                                    + TO_OPEN));
        }
        context.state().recordSealing(closed);
        return closed;
    }

    private static boolean isClosed(Connection source) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery(IS_CLOSED)) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
