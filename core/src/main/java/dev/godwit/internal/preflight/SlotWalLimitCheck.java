package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The source does not give up a slot that falls behind. */
final class SlotWalLimitCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SLOT_WAL_LIMIT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        long megabytes = Long.parseLong(
                CheckContext.setting(context.source(), "max_slot_wal_keep_size").orElse("-1"));
        if (megabytes >= 0) {
            context.add(
                    FindingCode.SLOT_WAL_LIMIT,
                    "max_slot_wal_keep_size",
                    "max_slot_wal_keep_size on the source is " + megabytes
                            + " MB: a slot that falls behind by more, as it may during the copy, is lost",
                    "-1, or more than is written during the whole migration",
                    "ALTER SYSTEM SET max_slot_wal_keep_size = -1; SELECT pg_reload_conf()");
        }
    }
}
