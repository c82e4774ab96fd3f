package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Says which publications of others publish all of the source's tables. */
final class SourcePublicationsCheck implements Check {
    private static final String FOR_ALL = """
            SELECT quote_ident(pubname), quote_ident(pg_get_userbyid(pubowner))
              FROM pg_catalog.pg_publication WHERE puballtables ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_PUBLICATION_ALL);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(context.source(), FOR_ALL)) {
            context.add(
                    FindingCode.SOURCE_PUBLICATION_ALL,
                    row.get(0),
                    "publication " + row.get(0) + " of role " + row.get(1)
                            + " on the source is FOR ALL TABLES: somebody else follows this database",
                    "subscribers that know of the cutover: what is written after it is not on the source",
                    "point its subscribers at the target after the cutover, or DROP PUBLICATION " + row.get(0));
        }
    }
}
