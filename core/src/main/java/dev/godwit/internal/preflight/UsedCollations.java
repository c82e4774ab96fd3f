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
             WHERE n.nspname = ? AND c.collname = ? AND c.collencoding IN (-1, pg_char_to_encoding(?))
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
        // A database that is created has the source's encoding, and the collations that came with the server.
        boolean exists = context.targetExists();
        String encoding = CheckContext.row(
                        exists ? context.target() : context.source(), "SELECT current_setting('server_encoding')")
                .get(0);
        List<Used> all = new ArrayList<>();
        for (List<String> row : TableQuery.ofSource(context, USED)) {
            boolean isBuiltIn = row.get(0).equals("pg_catalog");
            all.add(new Used(
                    row.get(2),
                    isBuiltIn,
                    row.get(3),
                    row.get(4),
                    row.get(5),
                    exists || isBuiltIn ? namesakes(context.target(), row.get(0), row.get(1), encoding) : List.of()));
        }
        return all;
    }

    private static List<String> namesakes(Connection target, String schema, String name, String encoding)
            throws SQLException {
        try (var query = target.prepareStatement(NAMESAKE)) {
            query.setString(1, schema);
            query.setString(2, name);
            query.setString(3, encoding);
            try (var rows = query.executeQuery()) {
                return CheckContext.read(rows).stream().map(row -> row.get(0)).toList();
            }
        }
    }
}
