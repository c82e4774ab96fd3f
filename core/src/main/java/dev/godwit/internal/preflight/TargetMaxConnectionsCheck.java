package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The target takes as many sessions as the source, with which the application will come. */
final class TargetMaxConnectionsCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_MAX_CONNECTIONS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        int source = Integer.parseInt(
                CheckContext.setting(context.source(), "max_connections").orElseThrow());
        int target = Integer.parseInt(
                CheckContext.setting(context.target(), "max_connections").orElseThrow());
        if (target < source) {
            context.add(
                    FindingCode.TARGET_MAX_CONNECTIONS,
                    "max_connections",
                    "max_connections is " + target + " on the target and " + source + " on the source",
                    source + " or more, unless the application needs fewer",
                    "ALTER SYSTEM SET max_connections = " + source + "; -- then restart the target");
        }
    }
}
