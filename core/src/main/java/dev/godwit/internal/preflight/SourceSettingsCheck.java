package dev.godwit.internal.preflight;

import java.sql.SQLException;
import java.util.List;

/** The source can stream: level of the log, a free slot, a free walsender. */
final class SourceSettingsCheck implements Check {
    private static final String SETTINGS = """
            SELECT current_setting('wal_level'),
                   current_setting('max_replication_slots'),
                   (SELECT count(*) FROM pg_catalog.pg_replication_slots),
                   current_setting('max_wal_senders'),
                   (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE backend_type = 'walsender'),
                   pg_is_in_recovery()
            """;

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> row = CheckContext.row(context.source(), SETTINGS);
        if (!row.get(0).equals("logical")) {
            context.blocker(
                    "wal-level",
                    "wal_level",
                    "wal_level on the source is '" + row.get(0) + "', not 'logical'",
                    "ALTER SYSTEM SET wal_level = 'logical'; -- then restart the source");
        }
        checkFree(context, "max_replication_slots", "replication slot", row.get(1), row.get(2));
        checkFree(context, "max_wal_senders", "walsender", row.get(3), row.get(4));
        if (row.get(5).equals("t")) {
            context.blocker(
                    "source-standby",
                    "source",
                    "the source is a standby, on which no publication can be created",
                    "use the primary as the source");
        }
    }

    /** One is needed all the time, a second one for a moment when a copy is taken up under a new snapshot. */
    private static void checkFree(CheckContext context, String setting, String what, String limit, String used) {
        int free = Integer.parseInt(limit) - Integer.parseInt(used);
        String remedy = "ALTER SYSTEM SET " + setting + " = " + (Integer.parseInt(used) + 5)
                + "; -- then restart the source; or drop one that nobody needs";
        String observed = used + " of " + limit + " (" + setting + ") are in use on the source";
        if (free < 1) {
            context.blocker(
                    "no-free-" + what.replace(' ', '-'), setting, "no " + what + " is free: " + observed, remedy);
        } else if (free < 2) {
            context.warning(
                    "one-free-" + what.replace(' ', '-'),
                    setting,
                    "only one " + what + " is free, and resuming an interrupted copy takes a second one: " + observed,
                    remedy);
        }
    }
}
