package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The source lets a snapshot live as long as the copy needs it. */
final class OldSnapshotCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.OLD_SNAPSHOT_THRESHOLD);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        long minutes = Long.parseLong(
                CheckContext.setting(context.source(), "old_snapshot_threshold").orElse("-1"));
        if (minutes >= 0) {
            context.add(
                    FindingCode.OLD_SNAPSHOT_THRESHOLD,
                    "old_snapshot_threshold",
                    "old_snapshot_threshold on the source is " + minutes
                            + " min: a copy that takes longer fails with 'snapshot too old'",
                    "-1",
                    "ALTER SYSTEM SET old_snapshot_threshold = -1; -- then restart the source");
        }
    }
}
