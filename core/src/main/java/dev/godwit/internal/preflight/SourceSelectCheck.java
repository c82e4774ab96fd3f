package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The source's role may read everything. */
final class SourceSelectCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_SELECT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (SourceRelations.Relation relation : SourceRelations.of(context)) {
            if (!relation.isReadable()) {
                context.add(
                        FindingCode.SOURCE_SELECT,
                        relation.name(),
                        "role " + relation.user() + " may not read " + relation.name() + " on the source",
                        "USAGE on its schema and SELECT",
                        "GRANT USAGE ON SCHEMA " + relation.schema() + " TO " + relation.user() + "; GRANT SELECT ON "
                                + relation.name() + " TO " + relation.user());
            }
        }
    }
}
