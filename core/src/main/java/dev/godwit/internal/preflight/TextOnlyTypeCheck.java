package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Says which tables cannot be copied in COPY's binary format, for want of a binary form of a type. */
final class TextOnlyTypeCheck implements Check {
    private static final String COLUMNS = """
            SELECT a.attrelid::regclass,
                   string_agg(quote_ident(a.attname) || ' (' || format_type(a.atttypid, NULL) || ')', ', ' ORDER BY a.attnum)
              FROM pg_catalog.pg_attribute a
              JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
              JOIN pg_catalog.pg_type e ON e.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype
                                                        WHEN t.typelem <> 0 AND t.typlen = -1 THEN t.typelem ELSE t.oid END
              JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
             WHERE a.attrelid = ANY (?) AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r' AND e.typsend = 0
             GROUP BY a.attrelid
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TEXT_ONLY_TYPE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofSource(context, COLUMNS)) {
            context.add(
                    FindingCode.TEXT_ONLY_TYPE,
                    row.get(0),
                    "table " + row.get(0) + " is copied as text, which is slower: no binary form has " + row.get(1),
                    "nothing; types with a binary form where speed matters",
                    "nothing has to be done");
        }
    }
}
