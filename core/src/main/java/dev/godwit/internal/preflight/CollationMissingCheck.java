package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The target has the collations of the operating system that columns name. */
final class CollationMissingCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.COLLATION_MISSING);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (UsedCollations.Used collation : UsedCollations.read(context)) {
            if (collation.isBuiltIn() && collation.namesakes().isEmpty()) {
                context.add(
                        FindingCode.COLLATION_MISSING,
                        collation.name(),
                        "the target has no collation " + collation.name() + " for its encoding, which column "
                                + collation.column() + " names",
                        "the same collation on the target",
                        "SELECT pg_import_system_collations('pg_catalog'); -- on the target, once its operating system has the"
                                + " locale");
            }
        }
    }
}
