package dev.godwit.schema;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Materialized views, made without data and filled before the cutover where the source's are filled. */
final class MaterializedViewReader implements ObjectReader {

    private final CatalogQuery query;

    MaterializedViewReader(CatalogQuery query) {
        this.query = query;
    }

    private record View(SchemaObject object, boolean isPopulated) {}

    @Override
    public List<SchemaObject> read() throws SQLException {
        String sql = """
                SELECT c.oid, format('%I.%I', n.nspname, c.relname), @options, pg_get_viewdef(c.oid), c.relispopulated,
                       @method,
                       (SELECT string_agg(
                            CASE WHEN a.attstorage <> at.typstorage
                                 THEN format(E'\\nALTER TABLE ONLY %I.%I ALTER COLUMN %I SET STORAGE %s;', n.nspname,
                                             c.relname, a.attname,
                                             CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'
                                                  WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END) ELSE '' END
                            || CASE WHEN a.attstattarget >= 0
                                 THEN format(E'\\nALTER TABLE ONLY %I.%I ALTER COLUMN %I SET STATISTICS %s;', n.nspname,
                                             c.relname, a.attname, a.attstattarget) ELSE '' END, '' ORDER BY a.attnum)
                        FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid
                        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'm' AND @user AND NOT @member
                """.replace("@options", SqlText.options("c.reloptions", ""))
                .replace(
                        "@method",
                        query.since(
                                12,
                                "(SELECT quote_ident(am.amname) FROM pg_am am WHERE am.oid = c.relam AND am.amname <> 'heap')",
                                "NULL"))
                .replace("@user", CatalogQuery.USER_SCHEMA)
                .replace("@member", CatalogQuery.memberOfExtension("pg_class", "c.oid"));
        List<SchemaObject> objects = new ArrayList<>();
        for (View view : query.list(sql, MaterializedViewReader::view)) {
            objects.add(view.object());
            if (view.isPopulated()) {
                ObjectId id = view.object().id();
                String name = view.object().name();
                objects.add(SchemaObject.of(
                                ObjectKind.REFRESH, id.aspect(1), name, "REFRESH MATERIALIZED VIEW " + name + ";")
                        .requiring(id));
            }
        }
        return objects;
    }

    private static View view(ResultSet row) throws SQLException {
        @Nullable String options = row.getString(3);
        @Nullable String method = row.getString(6);
        @Nullable String columns = row.getString(7);
        String body = row.getString(4).strip();
        String sql = "CREATE MATERIALIZED VIEW " + row.getString(2)
                + (method == null ? "" : " USING " + method)
                + (options == null ? "" : " WITH (" + options + ")") + " AS\n"
                + (body.endsWith(";") ? body.substring(0, body.length() - 1) : body) + "\nWITH NO DATA;"
                + (columns == null ? "" : columns);
        return new View(
                SchemaObject.of(
                        ObjectKind.MATERIALIZED_VIEW,
                        new ObjectId(ObjectId.CLASS, row.getLong(1)),
                        row.getString(2),
                        sql),
                row.getBoolean(5));
    }
}
