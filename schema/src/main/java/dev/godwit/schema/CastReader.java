package dev.godwit.schema;

import java.sql.SQLException;
import java.util.List;

/** Casts; that of a range to its multirange comes with them. */
final class CastReader implements ObjectReader {

    private final CatalogQuery query;

    CastReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        String sql = """
                SELECT c.oid, @identity,
                       format('CREATE CAST (%s AS %s) ', format_type(c.castsource, NULL), format_type(c.casttarget, NULL))
                       || CASE c.castmethod WHEN 'b' THEN 'WITHOUT FUNCTION' WHEN 'i' THEN 'WITH INOUT'
                               ELSE format('WITH FUNCTION %s', c.castfunc::regprocedure) END
                       || CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END || ';'
                FROM pg_cast c WHERE @own
                """.replace("@identity", SqlText.identity("pg_cast", "c.oid"))
                .replace("@own", CatalogQuery.usersOwn("pg_cast", "c.oid"));
        return query.objects(ObjectKind.CAST, ObjectId.CAST, sql);
    }
}
