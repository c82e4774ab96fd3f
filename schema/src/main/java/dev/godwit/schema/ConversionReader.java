package dev.godwit.schema;

import java.sql.SQLException;
import java.util.List;

/** Conversions between encodings. */
final class ConversionReader implements ObjectReader {

    private final CatalogQuery query;

    ConversionReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        String sql = """
                SELECT c.oid, format('%I.%I', n.nspname, c.conname),
                       format('CREATE %sCONVERSION %I.%I FOR %L TO %L FROM %s;', CASE WHEN c.condefault THEN 'DEFAULT ' END,
                              n.nspname, c.conname, pg_encoding_to_char(c.conforencoding),
                              pg_encoding_to_char(c.contoencoding), c.conproc)
                FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace
                WHERE @own
                """.replace("@own", CatalogQuery.usersOwnInSchema("pg_conversion", "c.oid"));
        return query.objects(ObjectKind.CONVERSION, ObjectId.CONVERSION, sql);
    }
}
