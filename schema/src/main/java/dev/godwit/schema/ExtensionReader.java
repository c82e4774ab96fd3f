package dev.godwit.schema;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;

/** Extensions; their members come with them. */
final class ExtensionReader {

    /** An extension with its bare name. */
    record Extension(String name, SchemaObject object) {}

    private final CatalogQuery query;
    private final Predicate<String> hasVersion;

    /**
     * Makes the reader.
     *
     * @param hasVersion whether {@code name version} is asked for in the source's version
     */
    ExtensionReader(CatalogQuery query, Predicate<String> hasVersion) {
        this.query = query;
        this.hasVersion = hasVersion;
    }

    List<Extension> read() throws SQLException {
        return query.list(
                """
                SELECT e.oid, quote_ident(e.extname), e.extname || ' ' || e.extversion, quote_literal(e.extversion),
                       CASE WHEN EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass
                                         AND d.objid = e.extnamespace AND d.refobjid = e.oid AND d.deptype = 'e')
                            THEN '' ELSE format(' SCHEMA %%I', n.nspname) END,
                       e.extname
                FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                WHERE e.oid >= %d
                """.formatted(ObjectId.FIRST_USER_OID),
                row -> new Extension(
                        row.getString(6),
                        SchemaObject.of(
                                ObjectKind.EXTENSION,
                                new ObjectId(ObjectId.EXTENSION, row.getLong(1)),
                                row.getString(2),
                                "CREATE EXTENSION IF NOT EXISTS " + row.getString(2) + row.getString(5)
                                        + (hasVersion.test(row.getString(3)) ? " VERSION " + row.getString(4) : "")
                                        + ";")));
    }
}
