package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The target's role may use the temporary space that building indexes takes. */
final class TargetTemporarySpaceCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_TEMP_LIMIT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        long kilobytes = Long.parseLong(
                CheckContext.setting(context.target(), "temp_file_limit").orElse("-1"));
        long largest = TableSizes.of(context).largest();
        if (kilobytes >= 0 && kilobytes * 1024 < largest) {
            context.add(
                    FindingCode.TARGET_TEMP_LIMIT,
                    "temp_file_limit",
                    "temp_file_limit on the target is " + kilobytes + " kB, and the largest table takes "
                            + TableSizes.megabytes(largest) + ": building its indexes may fail",
                    "-1, or more than the largest index takes",
                    "ALTER ROLE " + TargetSchemas.role(context) + " SET temp_file_limit = -1");
        }
    }
}
