package dev.godwit.schema;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/**
 * What decides whether the target takes a statement of pg_dump's.
 *
 * @param version its version number
 * @param settings the parameters that it knows
 * @param roles its roles
 * @param foreignExtensions extensions in its database that are not the preparing role's
 */
record DumpTarget(int version, Set<String> settings, Set<String> roles, Set<String> foreignExtensions) {

    static DumpTarget read(CatalogQuery query) throws SQLException {
        return new DumpTarget(
                query.version(),
                names(query, "SELECT name FROM pg_settings"),
                names(query, "SELECT rolname FROM pg_roles"),
                names(query, TargetServer.FOREIGN_EXTENSIONS));
    }

    private static Set<String> names(CatalogQuery query, String sql) throws SQLException {
        return new HashSet<>(query.list(sql, row -> row.getString(1)));
    }
}
