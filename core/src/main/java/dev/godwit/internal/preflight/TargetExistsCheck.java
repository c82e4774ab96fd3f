package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** No table exists on the target that the schema preparer would create. */
final class TargetExistsCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_EXISTS);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (TargetTables.Existing existing : TargetTables.read(context)) {
            if (existing.isCreated() && !existing.holdsRows()) {
                context.add(
                        FindingCode.TARGET_EXISTS,
                        existing.table().name().toString(),
                        "table " + existing.table().name()
                                + " exists on the target already, and the schema preparer would create it",
                        "no table of this name, or a target that was prepared as a whole",
                        TargetTables.dropping(existing));
            }
        }
    }
}
