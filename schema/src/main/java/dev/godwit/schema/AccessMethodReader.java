package dev.godwit.schema;

import java.sql.SQLException;
import java.util.List;

/** Access methods of indexes and, since 12, tables. */
final class AccessMethodReader implements ObjectReader {

    private final CatalogQuery query;

    AccessMethodReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        String sql = """
                SELECT a.oid, quote_ident(a.amname),
                       format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s;', a.amname,
                              CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, a.amhandler)
                FROM pg_am a WHERE @own
                """.replace("@own", CatalogQuery.usersOwn("pg_am", "a.oid"));
        return query.objects(ObjectKind.ACCESS_METHOD, ObjectId.ACCESS_METHOD, sql);
    }
}
