package dev.godwit.schema;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/**
 * What a plan has to know of the server it is made for.
 *
 * @param version its version number
 * @param extensionVersions {@code name version} of everything it could install
 * @param extensions the names of the extensions it could install
 * @param roles its roles
 */
record TargetServer(int version, Set<String> extensionVersions, Set<String> extensions, Set<String> roles) {

    static TargetServer read(CatalogQuery query) throws SQLException {
        return new TargetServer(
                query.version(),
                new HashSet<>(query.list(
                        "SELECT name || ' ' || version FROM pg_available_extension_versions", row -> row.getString(1))),
                new HashSet<>(query.list("SELECT name FROM pg_available_extensions", row -> row.getString(1))),
                new HashSet<>(query.list("SELECT rolname FROM pg_roles", row -> row.getString(1))));
    }

    boolean since(int major) {
        return version >= major * 10_000;
    }
}
