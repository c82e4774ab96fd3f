package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No column refers to objects of the catalog, which have other OIDs on the target. */
final class CatalogReferenceCheck implements Check {
    private static final String COLUMNS = """
            SELECT a.attrelid::regclass, quote_ident(a.attname), format_type(a.atttypid, NULL),
                   CASE WHEN t.typelem <> 0 THEN 'text[]' ELSE 'text' END
              FROM pg_catalog.pg_attribute a
              JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
              JOIN pg_catalog.pg_type e ON e.oid = CASE WHEN t.typelem <> 0 THEN t.typelem WHEN t.typtype = 'd' THEN t.typbasetype
                                                        ELSE t.oid END
             WHERE a.attrelid = ANY (?) AND a.attnum > 0 AND NOT a.attisdropped
               AND e.typnamespace = 'pg_catalog'::regnamespace
               AND e.typname IN ('regproc', 'regprocedure', 'regoper', 'regoperator', 'regclass', 'regtype', 'regrole',
                                 'regnamespace', 'regconfig', 'regdictionary', 'regcollation')
             ORDER BY 1, a.attnum
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.CATALOG_REFERENCE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofSource(context, COLUMNS)) {
            context.add(
                    FindingCode.CATALOG_REFERENCE,
                    row.get(0) + "." + row.get(1),
                    "column " + row.get(1) + " of table " + row.get(0) + " is of type " + row.get(2)
                            + ", whose values travel as names: a value that names nothing on the target when it arrives there"
                            + " stops the migration",
                    "objects of these names on the target before rows are copied, or a column that holds the name itself",
                    "ALTER TABLE " + row.get(0) + " ALTER COLUMN " + row.get(1) + " TYPE " + row.get(3) + " USING "
                            + row.get(1) + "::" + row.get(3)
                            + "; -- rewrites the table; or create what they name on the"
                            + " target, or exclude the table");
        }
    }
}
