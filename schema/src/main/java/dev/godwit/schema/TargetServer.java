package dev.godwit.schema;

import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a plan has to know of the server it is made for.
 *
 * @param version its version number
 * @param hasExtensionVersion whether it could install {@code name version}
 * @param hasExtension whether it could install an extension of that name
 * @param hasRole whether it has that role
 * @param isSuperuser whether the role that prepares it is a superuser
 */
record TargetServer(
        int version,
        Predicate<String> hasExtensionVersion,
        Predicate<String> hasExtension,
        Predicate<String> hasRole,
        boolean isSuperuser) {

    static TargetServer read(CatalogQuery query) throws SQLException {
        return new TargetServer(
                query.version(),
                contained(query, "SELECT name || ' ' || version FROM pg_available_extension_versions"),
                contained(query, "SELECT name FROM pg_available_extensions"),
                contained(query, "SELECT rolname FROM pg_roles"),
                query.list("SELECT rolsuper FROM pg_roles WHERE rolname = current_user", row -> row.getBoolean(1))
                        .contains(true));
    }

    /** A server of which only the version is known: everything but versions of extensions is there. */
    static TargetServer imagined(int version) {
        return new TargetServer(version, extension -> false, extension -> true, role -> true, true);
    }

    private static Predicate<String> contained(CatalogQuery query, String sql) throws SQLException {
        Set<String> names = new HashSet<>(query.list(sql, row -> row.getString(1)));
        return names::contains;
    }
}
