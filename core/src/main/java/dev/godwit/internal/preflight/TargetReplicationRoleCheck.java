package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The application's triggers will fire on the target. */
final class TargetReplicationRoleCheck implements Check {
    private static final String NAME = "session_replication_role";

    private static final String ORIGIN = "origin";

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_REPLICATION_ROLE_DEFAULT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (StoredSettings.Stored stored : StoredSettings.ofTarget(context, NAME)) {
            if (!stored.value().equalsIgnoreCase(ORIGIN)) {
                add(context, stored.owner(), stored.value(), stored.reset());
            }
        }
        List<String> server = CheckContext.row(
                context.target(),
                "SELECT reset_val, source IN ('configuration file', 'command line', 'environment variable')"
                        + " FROM pg_catalog.pg_settings WHERE name = '" + NAME + "'");
        if (!server.get(0).equals(ORIGIN) && server.get(1).equals("t")) {
            add(context, "server", server.get(0), "ALTER SYSTEM RESET " + NAME + "; SELECT pg_reload_conf()");
        }
    }

    private static void add(CheckContext context, String owner, String value, String remedy) {
        context.add(
                FindingCode.TARGET_REPLICATION_ROLE_DEFAULT,
                owner,
                owner + " on the target has session_replication_role = " + value
                        + ": triggers and foreign keys would not act on what the application writes",
                "session_replication_role = origin at the cutover",
                remedy);
    }
}
