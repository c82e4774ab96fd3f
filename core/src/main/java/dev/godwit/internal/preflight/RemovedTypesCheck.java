package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No column is of a type that the target's version does not have any more. */
final class RemovedTypesCheck implements Check {
    private static final int REMOVED = 12;

    private static final String COLUMNS = """
            SELECT a.attrelid::regclass, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), r.instead
              FROM pg_catalog.pg_attribute a
              JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
              JOIN (VALUES ('abstime', 'timestamptz'), ('_abstime', 'timestamptz[]'), ('reltime', 'interval'),
                           ('_reltime', 'interval[]'), ('tinterval', 'text'), ('_tinterval', 'text[]')) AS r (name, instead)
                ON r.name = (SELECT b.typname FROM pg_catalog.pg_type b
                              WHERE b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
                                AND b.typnamespace = 'pg_catalog'::regnamespace)
             WHERE a.attrelid = ANY (?) AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY 1, a.attnum
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.REMOVED_TYPE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.identities().target().version() / 10_000 < REMOVED) {
            return;
        }
        for (List<String> row : TableQuery.ofSource(context, COLUMNS)) {
            context.add(
                    FindingCode.REMOVED_TYPE,
                    row.get(0) + "." + row.get(1),
                    "column " + row.get(1) + " of table " + row.get(0) + " is of type " + row.get(2)
                            + ", which PostgreSQL " + REMOVED + " and newer do not have",
                    "a type that the target has, such as " + row.get(3),
                    "ALTER TABLE " + row.get(0) + " ALTER COLUMN " + row.get(1) + " TYPE " + row.get(3) + " USING "
                            + row.get(1) + "::text::" + row.get(3) + "; -- rewrites the table; or exclude it");
        }
    }
}
