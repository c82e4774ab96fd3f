package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Enums, composite types and ranges. */
final class TypeReader implements ObjectReader {

    private static final String ENUM = """
            format('CREATE TYPE %I.%I AS ENUM (%s);', n.nspname, t.typname,
                   (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                    FROM pg_enum e WHERE e.enumtypid = t.oid))""";

    private static final String COMPOSITE = """
            format('CREATE TYPE %I.%I AS (%s);', n.nspname, t.typname,
                   (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) || #, ', '
                                      ORDER BY a.attnum)
                    FROM pg_attribute a JOIN pg_type at ON at.oid = a.atttypid
                    WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))""".replace("#", SqlText.collate("a", "at"));

    private static final String RANGE = """
            (SELECT format('CREATE TYPE %I.%I AS RANGE (SUBTYPE = %s, SUBTYPE_OPCLASS = %I.%I', n.nspname, t.typname,
                           format_type(r.rngsubtype, NULL), opn.nspname, op.opcname)
                    || COALESCE((SELECT format(', COLLATION = %I.%I', cn.nspname, co.collname)
                                 FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
                                 WHERE co.oid = r.rngcollation AND co.collname <> 'default'), '')
                    || CASE WHEN r.rngcanonical <> 0 THEN format(', CANONICAL = %s', r.rngcanonical) ELSE '' END
                    || CASE WHEN r.rngsubdiff <> 0 THEN format(', SUBTYPE_DIFF = %s', r.rngsubdiff) ELSE '' END
                    || # || ');'
             FROM pg_range r JOIN pg_opclass op ON op.oid = r.rngsubopc JOIN pg_namespace opn ON opn.oid = op.opcnamespace
             WHERE r.rngtypid = t.oid)""";

    private static final String MULTIRANGE = """
            (SELECT format(', MULTIRANGE_TYPE_NAME = %I.%I', mn.nspname, m.typname)
             FROM pg_type m JOIN pg_namespace mn ON mn.oid = m.typnamespace WHERE m.oid = r.rngmultitypid)""";

    private final CatalogQuery query;

    TypeReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> types = new ArrayList<>();
        types.addAll(types("t.typtype = 'e'", ENUM));
        types.addAll(types(
                "t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')",
                COMPOSITE));
        types.addAll(types("t.typtype = 'r'", RANGE.replace("#", query.since(14, MULTIRANGE, "''"))));
        return types;
    }

    private List<SchemaObject> types(String condition, String definition) throws SQLException {
        String sql = """
                SELECT t.oid, @identity, @definition
                FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                WHERE @condition AND @user AND NOT @member
                """.replace("@identity", SqlText.identity("pg_type", "t.oid"))
                .replace("@definition", definition)
                .replace("@condition", condition)
                .replace("@user", CatalogQuery.USER_SCHEMA)
                .replace("@member", CatalogQuery.memberOfExtension("pg_type", "t.oid"));
        return query.list(
                sql,
                row -> SchemaObject.of(
                        ObjectKind.TYPE,
                        new ObjectId(ObjectId.TYPE, row.getLong(1)),
                        row.getString(2),
                        row.getString(3)));
    }
}
