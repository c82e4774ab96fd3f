package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No migrated table refers to one that is left out: its foreign key could not hold on the target. */
final class ForeignKeysCheck implements Check {
    private static final String TORN = """
            SELECT k.conrelid::regclass, k.conname, k.confrelid::regclass
              FROM (SELECT ?::oid[] AS oids) w
              JOIN pg_catalog.pg_constraint k ON k.contype = 'f' AND k.conrelid = ANY (w.oids) AND NOT k.confrelid = ANY (w.oids)
             ORDER BY 1, 2
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.FOREIGN_KEY_TARGET);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofSource(context, TORN)) {
            context.add(
                    FindingCode.FOREIGN_KEY_TARGET,
                    row.get(0),
                    "foreign key " + row.get(1) + " of table " + row.get(0) + " refers to table " + row.get(2)
                            + ", which is not migrated",
                    "both tables, or neither",
                    "include " + row.get(2) + ", or exclude " + row.get(0));
        }
    }
}
