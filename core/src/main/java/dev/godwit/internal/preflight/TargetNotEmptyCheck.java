package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** No table of the target holds rows already. */
final class TargetNotEmptyCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_NOT_EMPTY);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (TargetTables.Existing existing : TargetTables.read(context)) {
            if (existing.holdsRows()) {
                String name = existing.table().name().quoted();
                context.add(
                        FindingCode.TARGET_NOT_EMPTY,
                        existing.table().name().toString(),
                        "table " + existing.table().name() + " on the target holds rows already",
                        "an empty table",
                        existing.isCreated()
                                ? TargetTables.dropping(existing)
                                : "TRUNCATE " + name
                                        + "; -- on the target, after making sure that nobody needs its rows");
            }
        }
    }
}
