package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The source's log holds what logical decoding needs. */
final class WalLevelCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.WAL_LEVEL);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        String level = CheckContext.setting(context.source(), "wal_level").orElseThrow();
        if (!level.equals("logical")) {
            context.add(
                    FindingCode.WAL_LEVEL,
                    "wal_level",
                    "wal_level on the source is '" + level + "', not 'logical'",
                    "wal_level = 'logical'",
                    "ALTER SYSTEM SET wal_level = 'logical'; -- then restart the source");
        }
    }
}
