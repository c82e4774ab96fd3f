package dev.godwit.schema;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Views. The query is a part of its own: a view whose columns are known but not their query breaks a circle. */
final class ViewReader implements ObjectReader {

    private final CatalogQuery query;

    ViewReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        String sql = """
                SELECT c.oid, r.oid, format('%I.%I', n.nspname, c.relname), @options, pg_get_viewdef(c.oid),
                       (SELECT string_agg(format('NULL::%s', format_type(a.atttypid, a.atttypmod)) || @collate
                                          || format(' AS %I', a.attname), ', ' ORDER BY a.attnum)
                        FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid
                        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
                       (SELECT string_agg(format(E'\\nALTER TABLE ONLY %I.%I ALTER COLUMN %I SET DEFAULT %s;', n.nspname,
                                                 c.relname, a.attname, pg_get_expr(d.adbin, d.adrelid)), ''
                                          ORDER BY d.adnum)
                        FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                        WHERE d.adrelid = c.oid)
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
                WHERE c.relkind = 'v' AND c.relpersistence <> 't' AND @user AND NOT @member
                """.replace("@options", SqlText.options("c.reloptions", ""))
                .replace("@collate", SqlText.collate("a", "at"))
                .replace("@user", CatalogQuery.USER_SCHEMA)
                .replace("@member", CatalogQuery.memberOfExtension("pg_class", "c.oid"));
        return query.list(sql, ViewReader::view);
    }

    private static SchemaObject view(ResultSet row) throws SQLException {
        ObjectId id = new ObjectId(ObjectId.CLASS, row.getLong(1));
        ObjectId rule = new ObjectId(ObjectId.REWRITE, row.getLong(2));
        String name = row.getString(3);
        @Nullable String options = row.getString(4);
        String head = "VIEW " + name + (options == null ? "" : " WITH (" + options + ")") + " AS\n";
        String body = row.getString(5).strip();
        @Nullable String columns = row.getString(6);
        @Nullable String defaults = row.getString(7);
        String stub = "CREATE VIEW " + name + " AS SELECT " + (columns == null ? "" : columns) + ";";
        SchemaObject definition = SchemaObject.of(
                        ObjectKind.VIEW_DEFINITION, rule, name, "CREATE OR REPLACE " + head + body)
                .requiring(id);
        return SchemaObject.of(
                        ObjectKind.VIEW,
                        id,
                        name,
                        (Set<ObjectId> separate) -> (separate.contains(rule) ? stub : "CREATE " + head + body)
                                + (defaults == null ? "" : defaults))
                .with(List.of(new SchemaObject.Part(definition, true)));
    }
}
