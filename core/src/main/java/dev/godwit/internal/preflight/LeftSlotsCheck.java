package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No slot on the source bears this migration's name, unless the migration is recorded. */
final class LeftSlotsCheck implements Check {
    private static final String SLOTS = """
            SELECT slot_name, active, active_pid, pg_size_pretty(pg_wal_lsn_diff(
                       CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END, restart_lsn))
              FROM pg_catalog.pg_replication_slots
             WHERE slot_name ~ ? AND database = current_database()
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.LEFT_SLOT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.isRecorded()) {
            return;
        }
        for (List<String> row : OwnNames.find(context, SLOTS)) {
            boolean active = row.get(1).equals("t");
            context.add(
                    FindingCode.LEFT_SLOT,
                    row.get(0),
                    "replication slot " + row.get(0) + " on the source bears this migration's name"
                            + (active ? " and is read by process " + row.get(2) : " and is read by nobody")
                            + ", but the target does not know of it; it retains " + row.get(3) + " of log",
                    "none, unless a migration of this name to another target goes on",
                    active
                            ? "give this migration another name, or end the other one with its cleanUp()"
                            : "SELECT pg_drop_replication_slot('" + row.get(0) + "')");
        }
    }
}
