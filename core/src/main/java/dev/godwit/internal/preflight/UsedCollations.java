package dev.godwit.internal.preflight;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The collations that columns of migrated tables name, on the source and by the same names on the target. */
final class UsedCollations {
    private static final String USED = """
            SELECT n.nspname, c.collname, format('%I.%I', n.nspname, c.collname), c.collversion,
                   pg_collation_actual_version(c.oid), min(a.attrelid::regclass || '.' || quote_ident(a.attname))
              FROM pg_catalog.pg_attribute a
              JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation
              JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
             WHERE a.attrelid = ANY (?) AND a.attnum > 0 AND NOT a.attisdropped
               AND c.collname NOT IN ('default', 'C', 'POSIX')
             GROUP BY c.oid, n.nspname, c.collname, c.collversion
             ORDER BY 3
            """;

    private static final String NAMESAKE = """
            SELECT pg_collation_actual_version(c.oid)
              FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
              JOIN pg_catalog.pg_database d ON d.datname = current_database()
             WHERE n.nspname = ? AND c.collname = ? AND c.collencoding IN (-1, d.encoding)
            """;

    /**
     * A collation.
     *
     * @param name its qualified name, quoted
     * @param isBuiltIn whether it came with the server rather than from a user or an extension
     * @param recorded its version when it was created or refreshed; empty if unknown
     * @param actual its version now; empty if the provider has none
     * @param column one of the columns that name it
     * @param namesakes the versions of those of its name on the target; empty if there is none
     */
    record Used(
            String name, boolean isBuiltIn, String recorded, String actual, String column, List<String> namesakes) {}

    private UsedCollations() {}

    static List<Used> read(CheckContext context) throws SQLException {
        List<Used> all = new ArrayList<>();
        for (List<String> row : TableQuery.ofSource(context, USED)) {
            all.add(new Used(
                    row.get(2),
                    row.get(0).equals("pg_catalog"),
                    row.get(3),
                    row.get(4),
                    row.get(5),
                    namesakes(context.target(), row.get(0), row.get(1))));
        }
        return all;
    }

    private static List<String> namesakes(Connection target, String schema, String name) throws SQLException {
        try (var query = target.prepareStatement(NAMESAKE)) {
            query.setString(1, schema);
            query.setString(2, name);
            try (var rows = query.executeQuery()) {
                return CheckContext.read(rows).stream().map(row -> row.get(0)).toList();
            }
        }
    }
}
