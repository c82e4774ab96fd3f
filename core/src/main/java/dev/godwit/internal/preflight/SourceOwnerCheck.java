package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The source's role may publish everything. */
final class SourceOwnerCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_OWNER);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (SourceRelations.Relation relation : SourceRelations.of(context)) {
            if (!relation.isOwn()) {
                context.add(
                        FindingCode.SOURCE_OWNER,
                        relation.name(),
                        "role " + relation.user() + " does not own " + relation.name()
                                + " on the source and so cannot publish it",
                        "its owner, or a member of it",
                        "GRANT " + relation.owner() + " TO " + relation.user());
            }
        }
    }
}
