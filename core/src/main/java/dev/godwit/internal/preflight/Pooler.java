package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;

/**
 * Finds out whether a pooler stands between. It gives its clients a key of its own to cancel with, so that the process that the
 * driver was told of is not the one that answers.
 */
final class Pooler {
    private static final String PROCESS = "SELECT pg_backend_pid()";

    private Pooler() {}

    static void look(CheckContext context, FindingCode code, String side, Connection session) throws SQLException {
        int told = session.unwrap(PGConnection.class).getBackendPID();
        int first = Integer.parseInt(CheckContext.row(session, PROCESS).get(0));
        int second = Integer.parseInt(CheckContext.row(session, PROCESS).get(0));
        if (told != first || first != second) {
            context.add(
                    code,
                    side,
                    "the session on the " + side + " began as process " + told + " and is answered by "
                            + (first == second ? "process " + first : "processes " + first + " and " + second)
                            + ": a pooler stands between",
                    "a direct connection",
                    "use host and port of the server itself in the URL of the " + side
                            + " (behind PgBouncer, RDS Proxy and the like), often port 5432");
        }
    }
}
