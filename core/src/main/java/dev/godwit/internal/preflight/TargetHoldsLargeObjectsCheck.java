package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The target has no large objects of others, whose OIDs may be those of the source's. */
final class TargetHoldsLargeObjectsCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_HOLDS_LARGE_OBJECTS);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    /** Those that this migration copied are in its memory; of the others nobody knows whether they are needed. */
    @Override
    public void run(CheckContext context) throws SQLException {
        if (TargetTables.areOurOwn(context) || !LargeObjects.exist(context.target())) {
            return;
        }
        context.add(
                FindingCode.TARGET_HOLDS_LARGE_OBJECTS,
                "pg_largeobject",
                "the target holds large objects already, whose OIDs may be those of the source's",
                "a target without large objects",
                "SELECT lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata; -- on the target, after making sure that nobody"
                        + " needs them");
    }
}
