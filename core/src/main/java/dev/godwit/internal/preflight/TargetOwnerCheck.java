package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The target's role owns the tables that are there already, so that it can build their indexes. */
final class TargetOwnerCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_OWNER);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (TargetTables.Existing existing : TargetTables.read(context)) {
            if (!existing.isOwned() && !existing.isCreated()) {
                context.add(
                        FindingCode.TARGET_OWNER,
                        existing.table().name().toString(),
                        "role " + existing.role() + " does not own table "
                                + existing.table().name()
                                + ", which exists on the target, and so cannot build its indexes and constraints",
                        "the table's owner, or a member of that role that inherits from it",
                        "ALTER TABLE " + existing.table().name().quoted() + " OWNER TO " + existing.role());
            }
        }
    }
}
