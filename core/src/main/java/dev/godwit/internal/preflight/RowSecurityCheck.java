package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The source's role sees all rows: a copy that silently leaves out some would be worse than none. */
final class RowSecurityCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_ROW_SECURITY);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (SourceRelations.Relation relation : SourceRelations.of(context)) {
            if (relation.isFiltered()) {
                context.add(
                        FindingCode.SOURCE_ROW_SECURITY,
                        relation.name(),
                        "row security hides rows of " + relation.name() + " from role " + relation.user()
                                + " on the source",
                        "a role that sees all rows",
                        "ALTER ROLE " + relation.user() + " BYPASSRLS");
            }
        }
    }
}
