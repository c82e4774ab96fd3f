package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Nobody follows the target before the cutover. */
final class TargetPublicationsCheck implements Check {
    private static final String FOR_ALL = """
            SELECT quote_ident(pubname), quote_ident(pg_get_userbyid(pubowner))
              FROM pg_catalog.pg_publication WHERE puballtables ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_PUBLICATION_ALL);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.identities().source().isSameDatabaseAs(context.identities().target())) {
            return;
        }
        for (List<String> row : CheckContext.rows(context.target(), FOR_ALL)) {
            context.add(
                    FindingCode.TARGET_PUBLICATION_ALL,
                    row.get(0),
                    "publication " + row.get(0) + " of role " + row.get(1)
                            + " on the target is FOR ALL TABLES: its subscribers get all that is copied and applied, and"
                            + " changes of tables without a replica identity fail",
                    "no such publication before the cutover",
                    "DROP PUBLICATION " + row.get(0) + "; -- on the target, and create it again after the cutover");
        }
    }
}
