package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The source has room for the sessions of a run. */
final class SourceConnectionsCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_CONNECTIONS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        int needed = FreeConnections.needed(context.plan(), false);
        FreeConnections.look(context, FindingCode.SOURCE_CONNECTIONS, "source", context.source(), needed);
    }
}
