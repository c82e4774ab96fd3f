package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** Says how much the target has to hold, which no server tells the free space for. */
final class TargetSpaceCheck implements Check {
    private static final long NOTEWORTHY_BYTES = 10L << 30;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_SPACE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        look(context, TableSizes.of(context).total());
    }

    static void look(CheckContext context, long bytes) {
        if (bytes > NOTEWORTHY_BYTES) {
            context.add(
                    FindingCode.TARGET_SPACE,
                    "target",
                    "the selected tables and their indexes take " + TableSizes.megabytes(bytes) + " on the source",
                    "as much on the target, as much again for log and index builds while they are copied",
                    "df -h \"$PGDATA\" # on the target");
        }
    }
}
