package dev.godwit.schema;

/** Fragments of queries that write SQL on the server. */
final class SqlText {

    private SqlText() {}

    /** Expression: the storage options of that array as they stand in {@code WITH (..)}; NULL if there are none. */
    static String options(String array, String prefix) {
        return "(SELECT string_agg(format('" + prefix + "%s=%L', split_part(o, '=', 1),"
                + " substr(o, strpos(o, '=') + 1)), ', ') FROM unnest(" + array + ") o)";
    }

    /** Expression: the options, by name, that meet a condition on {@code o}, as they stand in {@code OPTIONS (..)}; NULL if none. */
    static String foreignOptions(String array, String condition) {
        return "(SELECT string_agg(format('%I %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', '"
                + " ORDER BY split_part(o, '=', 1)) FROM unnest(" + array + ") o WHERE " + condition + ")";
    }

    /** Expression: the identity that the server gives to an object. */
    static String identity(String catalog, String oid) {
        return "(pg_identify_object('" + catalog + "'::regclass, " + oid + ", 0)).identity";
    }

    /** Expression: {@code COLLATE name} where an attribute's collation is not that of its type; else empty. */
    static String collate(String attribute, String type) {
        return """
                CASE WHEN %1$s.attcollation <> 0 AND %1$s.attcollation <> %2$s.typcollation
                     THEN (SELECT format(' COLLATE %%I.%%I', cn.nspname, co.collname)
                           FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
                           WHERE co.oid = %1$s.attcollation) ELSE '' END""".formatted(attribute, type);
    }

    static String literal(String value) {
        String quoted = "'" + value.replace("'", "''") + "'";
        // The form that means the same whatever standard_conforming_strings is.
        return value.contains("\\") ? " E" + quoted.replace("\\", "\\\\") : quoted;
    }
}
