package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** With a way back: the target can be the source of a stream. */
final class ReverseServerCheck implements Check {
    private static final String SERVER = """
            SELECT current_setting('wal_level'),
                   current_setting('max_replication_slots')::int
                       - (SELECT count(*) FROM pg_catalog.pg_replication_slots),
                   current_setting('max_wal_senders')::int
                       - (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'walsender')
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.REVERSE_WAL_LEVEL, FindingCode.REVERSE_PLACES);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (!context.plan().reverse()) {
            return;
        }
        List<String> row = CheckContext.row(context.target(), SERVER);
        if (!row.get(0).equals("logical")) {
            context.add(
                    FindingCode.REVERSE_WAL_LEVEL,
                    "wal_level",
                    "wal_level on the target is '" + row.get(0)
                            + "', and there is a way back (reverse) with 'logical' only",
                    "wal_level = 'logical'",
                    "ALTER SYSTEM SET wal_level = 'logical'; -- then restart the target");
        }
        place(context, "max_replication_slots", "replication slot", Integer.parseInt(row.get(1)));
        place(context, "max_wal_senders", "walsender", Integer.parseInt(row.get(2)));
    }

    private static void place(CheckContext context, String setting, String what, int free) throws SQLException {
        if (free > 0) {
            return;
        }
        context.add(
                FindingCode.REVERSE_PLACES,
                setting,
                "no " + what + " is free on the target for the way back (reverse)",
                "one",
                "ALTER SYSTEM SET " + setting + " = " + (limit(context, setting) + 5)
                        + "; -- then restart the target; or drop one that nobody needs");
    }

    private static int limit(CheckContext context, String setting) throws SQLException {
        return Integer.parseInt(CheckContext.setting(context.target(), setting).orElseThrow());
    }
}
