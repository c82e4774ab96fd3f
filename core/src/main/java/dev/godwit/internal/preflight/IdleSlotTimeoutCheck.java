package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The source does not give up a slot that nobody reads for a while. */
final class IdleSlotTimeoutCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.IDLE_SLOT_TIMEOUT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        long amount = Long.parseLong(CheckContext.setting(context.source(), "idle_replication_slot_timeout")
                .orElse("0"));
        if (amount > 0) {
            context.add(
                    FindingCode.IDLE_SLOT_TIMEOUT,
                    "idle_replication_slot_timeout",
                    "idle_replication_slot_timeout on the source is "
                            + CheckContext.row(
                                            context.source(), "SELECT current_setting('idle_replication_slot_timeout')")
                                    .get(0)
                            + ": the slot of a migration that pauses for longer is lost",
                    "0, or longer than any pause",
                    "ALTER SYSTEM SET idle_replication_slot_timeout = 0; SELECT pg_reload_conf()");
        }
    }
}
