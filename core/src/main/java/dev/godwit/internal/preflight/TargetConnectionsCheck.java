package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The target has room for the sessions of a run. */
final class TargetConnectionsCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_CONNECTIONS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        int needed = FreeConnections.needed(context.plan(), true);
        FreeConnections.look(context, FindingCode.TARGET_CONNECTIONS, "target", context.target(), needed);
    }
}
