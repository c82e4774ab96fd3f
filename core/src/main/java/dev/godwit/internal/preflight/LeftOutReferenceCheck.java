package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Says which tables that are left out refer to migrated ones. */
final class LeftOutReferenceCheck implements Check {
    private static final String REFERENCES = """
            SELECT k.conrelid::regclass, quote_ident(k.conname), k.confrelid::regclass
              FROM (SELECT ?::oid[] AS oids) w
              JOIN pg_catalog.pg_constraint k ON k.contype = 'f' AND k.confrelid = ANY (w.oids) AND NOT k.conrelid = ANY (w.oids)
              JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
             WHERE c.relpersistence <> 't'
             ORDER BY 1, 2
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.LEFT_OUT_REFERENCE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofSource(context, REFERENCES)) {
            context.add(
                    FindingCode.LEFT_OUT_REFERENCE,
                    row.get(0),
                    "table " + row.get(0) + " is left out, and its foreign key " + row.get(1) + " refers to table "
                            + row.get(2) + ", which is migrated: its rows stay behind on the source",
                    "an application that does not need table " + row.get(0) + " on the target",
                    "include " + row.get(0) + " in the table filter if it is needed there");
        }
    }
}
