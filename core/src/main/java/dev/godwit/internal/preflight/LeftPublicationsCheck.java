package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No publication on the source bears this migration's name, unless the migration is recorded. */
final class LeftPublicationsCheck implements Check {
    private static final String PUBLICATIONS =
            "SELECT quote_ident(pubname) FROM pg_catalog.pg_publication WHERE pubname ~ ? ORDER BY 1";

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.LEFT_PUBLICATION);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.isRecorded()) {
            return;
        }
        for (List<String> row : OwnNames.find(context, PUBLICATIONS)) {
            context.add(
                    FindingCode.LEFT_PUBLICATION,
                    row.get(0),
                    "publication " + row.get(0)
                            + " on the source bears this migration's name, but the target does not know of it",
                    "none, unless a migration of this name to another target goes on",
                    "DROP PUBLICATION " + row.get(0));
        }
    }
}
