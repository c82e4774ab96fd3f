package dev.godwit.schema;

import java.sql.SQLException;
import java.util.List;

/** Functions, window functions and procedures. */
final class FunctionReader implements ObjectReader {

    private final CatalogQuery query;

    FunctionReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        // What depends internally on something else came into being with it: the constructors of ranges.
        String sql = """
                SELECT p.oid, @identity, pg_get_functiondef(p.oid)
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE @plain AND @user AND NOT @member
                  AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid
                                  AND i.deptype = 'i')
                """.replace("@identity", SqlText.identity("pg_proc", "p.oid"))
                .replace("@plain", query.since(11, "p.prokind <> 'a'", "NOT p.proisagg"))
                .replace("@user", CatalogQuery.USER_SCHEMA)
                .replace("@member", CatalogQuery.memberOfExtension("pg_proc", "p.oid"));
        return query.list(
                sql,
                row -> SchemaObject.of(
                        ObjectKind.FUNCTION,
                        new ObjectId(ObjectId.PROC, row.getLong(1)),
                        row.getString(2),
                        row.getString(3).strip() + ";"));
    }
}
