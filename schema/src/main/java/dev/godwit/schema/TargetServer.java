package dev.godwit.schema;

import java.sql.Connection;
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
 * @param roles its roles
 * @param database the database that is prepared
 */
record TargetServer(
        int version,
        Predicate<String> hasExtensionVersion,
        Predicate<String> hasExtension,
        TargetRoles roles,
        Database database) {

    /** Extensions of whose owner the role has no rights: it may not comment on them. */
    static final String FOREIGN_EXTENSIONS =
            "SELECT extname FROM pg_extension WHERE NOT pg_has_role(extowner, 'USAGE')";

    /**
     * The database that is prepared, and what surrounds it.
     *
     * @param name its name, quoted
     * @param isOwned whether the role that prepares it has its owner's rights
     * @param hasTablespace whether a tablespace is there, in which the role may create
     * @param isForeignExtension whether an extension is there that is not the preparing role's
     * @param isMadeBySuperuser whether what an extension consists of belongs to a superuser, whoever has created it; if privileges are asked for
     * @param hasSystemObject whether it has an object, by type and identity, that comes with the server and can be granted
     * @param labelProviders which providers of security labels it has loaded
     */
    record Database(
            String name,
            boolean isOwned,
            Predicate<String> hasTablespace,
            Predicate<String> isForeignExtension,
            Predicate<String> isMadeBySuperuser,
            Predicate<String> hasSystemObject,
            SecurityLabelReader.LabelProviders labelProviders) {}

    /** Reads the target; its connection is used as long as the answer is. */
    static TargetServer of(Connection target, SchemaCopyOptions options) throws SQLException {
        return CatalogQuery.on(
                target,
                query -> read(
                        query,
                        options,
                        provider ->
                                CatalogQuery.on(target, later -> later.hasLabelProvider(TableName.quote(provider)))));
    }

    private static TargetServer read(
            CatalogQuery query, SchemaCopyOptions options, SecurityLabelReader.LabelProviders labelProviders)
            throws SQLException {
        return new TargetServer(
                query.version(),
                contained(query, "SELECT name || ' ' || version FROM pg_available_extension_versions"),
                contained(query, "SELECT name FROM pg_available_extensions"),
                TargetRoles.read(query),
                database(query, options, labelProviders));
    }

    private static Database database(
            CatalogQuery query, SchemaCopyOptions options, SecurityLabelReader.LabelProviders labelProviders)
            throws SQLException {
        Predicate<String> tablespaces =
                contained(query, "SELECT spcname FROM pg_tablespace WHERE has_tablespace_privilege(oid, 'CREATE')");
        Predicate<String> foreignExtensions = contained(query, FOREIGN_EXTENSIONS);
        Predicate<String> madeBySuperuser = options.privileges()
                ? contained(query, "SELECT name FROM pg_available_extension_versions WHERE superuser")
                : extension -> false;
        Predicate<String> systemObjects =
                options.privileges() ? contained(query, """
                        SELECT i.type || ' ' || i.identity
                        FROM (SELECT 'pg_proc'::regclass AS catalog, oid FROM pg_proc WHERE oid < %1$d
                              UNION ALL SELECT 'pg_class'::regclass, oid FROM pg_class WHERE oid < %1$d AND relkind IN ('r', 'v')
                              UNION ALL SELECT 'pg_namespace'::regclass, oid FROM pg_namespace WHERE oid < %1$d
                              UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language WHERE oid < %1$d
                              UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE oid < %1$d) o,
                             pg_identify_object(o.catalog, o.oid, 0) i
                        """.formatted(ObjectId.FIRST_USER_OID)) : object -> false;
        return query.list(
                        "SELECT quote_ident(datname), pg_has_role(datdba, 'USAGE') FROM pg_database"
                                + " WHERE datname = current_database()",
                        row -> new Database(
                                row.getString(1),
                                row.getBoolean(2),
                                tablespaces,
                                foreignExtensions,
                                madeBySuperuser,
                                systemObjects,
                                labelProviders))
                .get(0);
    }

    /** A server of which only the version is known: everything but versions of extensions is there. */
    static TargetServer imagined(int version) {
        Database database = new Database(
                "", true, tablespace -> true, extension -> false, extension -> false, object -> true, provider -> true);
        return new TargetServer(version, extension -> false, extension -> true, TargetRoles.imagined(), database);
    }

    /** Since 15 the schema public belongs to whoever owns the database; before, to the superuser that made the server. */
    boolean ownsPublic() {
        return isSuperuser() || (version >= 150_000 && database.isOwned());
    }

    boolean isSuperuser() {
        return roles.isSuperuser().test(roles.current());
    }

    private static Predicate<String> contained(CatalogQuery query, String sql) throws SQLException {
        Set<String> names = new HashSet<>(query.list(sql, row -> row.getString(1)));
        return names::contains;
    }
}
