package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Base types, and types that are but a name. The functions of a base type take and return it, so its name is made first, as a step of its
 * own; the same goes for the canonical function of a range.
 */
final class BaseTypeReader implements ObjectReader {

    private static final String DEFINITION = """
            format('CREATE TYPE %I.%I (', n.nspname, t.typname) || concat_ws(', ',
                format('INPUT = %s', t.typinput), format('OUTPUT = %s', t.typoutput),
                'RECEIVE = ' || NULLIF(t.typreceive::text, '-'), 'SEND = ' || NULLIF(t.typsend::text, '-'),
                'TYPMOD_IN = ' || NULLIF(t.typmodin::text, '-'), 'TYPMOD_OUT = ' || NULLIF(t.typmodout::text, '-'),
                'ANALYZE = ' || NULLIF(t.typanalyze::text, '-'), @subscript,
                'INTERNALLENGTH = ' || CASE t.typlen WHEN -1 THEN 'VARIABLE' ELSE t.typlen::text END,
                CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END,
                'ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4' ELSE 'double' END,
                'STORAGE = ' || CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main'
                                     ELSE 'extended' END,
                'CATEGORY = ' || quote_literal(t.typcategory::text), CASE WHEN t.typispreferred THEN 'PREFERRED = true' END,
                'DEFAULT = ' || COALESCE(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)),
                CASE WHEN t.typelem <> 0 THEN format('ELEMENT = %s', format_type(t.typelem, NULL)) END,
                'DELIMITER = ' || quote_literal(t.typdelim::text), CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE = true' END)
            || ');'""";

    /** That of a fixed number of elements goes without saying; versions before 14 know no other. */
    private static final String SUBSCRIPT = """
            CASE WHEN t.typelem = 0 OR t.typlen < 0 OR t.typsubscript <> 'raw_array_subscript_handler'::regproc
                 THEN 'SUBSCRIPT = ' || NULLIF(t.typsubscript::text, '-') END""";

    private final CatalogQuery query;

    BaseTypeReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> objects = new ArrayList<>();
        for (SchemaObject type : types(
                "t.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type el WHERE el.typarray = t.oid)",
                DEFINITION.replace("@subscript", query.since(14, SUBSCRIPT, "NULL")))) {
            objects.add(type);
            objects.add(shell(type, type.id().shell()));
        }
        for (SchemaObject type : types("t.typtype = 'p'", "NULL::text")) {
            objects.add(shell(type, type.id()));
        }
        String canonical =
                "t.typtype = 'r' AND EXISTS (SELECT FROM pg_range r WHERE r.rngtypid = t.oid AND r.rngcanonical <> 0)";
        for (SchemaObject range : types(canonical, "NULL::text")) {
            objects.add(shell(range, range.id().shell()));
        }
        return objects;
    }

    private static SchemaObject shell(SchemaObject type, ObjectId id) {
        return SchemaObject.of(ObjectKind.TYPE_SHELL, id, type.name(), "CREATE TYPE " + type.name() + ";");
    }

    private List<SchemaObject> types(String condition, String definition) throws SQLException {
        String sql = """
                SELECT t.oid, format('%I.%I', n.nspname, t.typname), @definition
                FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                WHERE @condition AND @own
                """.replace("@definition", definition)
                .replace("@condition", condition)
                .replace("@own", CatalogQuery.usersOwnInSchema("pg_type", "t.oid"));
        return query.objects(ObjectKind.TYPE, ObjectId.TYPE, sql);
    }
}
