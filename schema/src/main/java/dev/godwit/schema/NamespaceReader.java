package dev.godwit.schema;

import java.sql.SQLException;
import java.util.List;

/** Schemas. */
final class NamespaceReader implements ObjectReader {

    private final CatalogQuery query;

    NamespaceReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        return query.list(
                "SELECT n.oid, quote_ident(n.nspname) FROM pg_namespace n WHERE %s AND NOT %s"
                        .formatted(CatalogQuery.USER_SCHEMA, CatalogQuery.memberOfExtension("pg_namespace", "n.oid")),
                row -> SchemaObject.of(
                        ObjectKind.SCHEMA,
                        new ObjectId(ObjectId.NAMESPACE, row.getLong(1)),
                        row.getString(2),
                        // public is there already.
                        "CREATE SCHEMA IF NOT EXISTS " + row.getString(2) + ";"));
    }
}
