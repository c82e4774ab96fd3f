package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No index of a migrated table is invalid. */
final class InvalidIndexCheck implements Check {
    private static final String INVALID = """
            SELECT i.indexrelid::regclass, i.indrelid::regclass, i.indisunique
              FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
             WHERE i.indrelid = ANY (?) AND NOT i.indisvalid AND c.relkind = 'i'
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.INVALID_INDEX);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofSource(context, INVALID)) {
            context.add(
                    FindingCode.INVALID_INDEX,
                    row.get(0),
                    (row.get(2).equals("t") ? "unique index " : "index ") + row.get(0) + " of table " + row.get(1)
                            + " is invalid, as a CREATE INDEX CONCURRENTLY that failed leaves it, and is not built on the"
                            + " target",
                    "valid indexes only",
                    "REINDEX INDEX " + row.get(0) + "; -- locks out writers meanwhile; or DROP INDEX " + row.get(0));
        }
    }
}
