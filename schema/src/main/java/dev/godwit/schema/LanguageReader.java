package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Languages that belong to no extension, and transforms. */
final class LanguageReader implements ObjectReader {

    private final CatalogQuery query;

    LanguageReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> objects = new ArrayList<>(languages());
        objects.addAll(transforms());
        return objects;
    }

    private List<SchemaObject> languages() throws SQLException {
        String sql = """
                SELECT l.oid, quote_ident(l.lanname),
                       format('CREATE %sLANGUAGE %I HANDLER %s', CASE WHEN l.lanpltrusted THEN 'TRUSTED ' END, l.lanname,
                              l.lanplcallfoid::regproc)
                       || CASE WHEN l.laninline <> 0 THEN format(' INLINE %s', l.laninline::regproc) ELSE '' END
                       || CASE WHEN l.lanvalidator <> 0 THEN format(' VALIDATOR %s', l.lanvalidator::regproc) ELSE '' END
                       || ';'
                FROM pg_language l WHERE l.lanispl AND @own
                """.replace("@own", CatalogQuery.usersOwn("pg_language", "l.oid"));
        return query.objects(ObjectKind.LANGUAGE, ObjectId.LANGUAGE, sql);
    }

    private List<SchemaObject> transforms() throws SQLException {
        String sql = """
                SELECT t.oid, format('for %s language %s', format_type(t.trftype, NULL), l.lanname),
                       format('CREATE TRANSFORM FOR %s LANGUAGE %I (', format_type(t.trftype, NULL), l.lanname)
                       || concat_ws(', ',
                            CASE WHEN t.trffromsql <> 0
                                 THEN format('FROM SQL WITH FUNCTION %s', t.trffromsql::oid::regprocedure) END,
                            CASE WHEN t.trftosql <> 0
                                 THEN format('TO SQL WITH FUNCTION %s', t.trftosql::oid::regprocedure) END) || ');'
                FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang WHERE @own
                """.replace("@own", CatalogQuery.usersOwn("pg_transform", "t.oid"));
        // Not the server's own identity: versions write it differently.
        return query.objects(ObjectKind.TRANSFORM, ObjectId.TRANSFORM, sql);
    }
}
