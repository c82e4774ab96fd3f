package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Names the objects of classes that are not carried. */
final class UncarriedReader {

    private static final List<String> CATALOGS = List.of(
            "pg_event_trigger",
            "pg_publication",
            "pg_foreign_data_wrapper",
            "pg_foreign_server",
            "pg_cast",
            "pg_operator",
            "pg_opclass",
            "pg_opfamily",
            "pg_conversion",
            "pg_language",
            "pg_transform",
            "pg_am",
            "pg_ts_parser",
            "pg_ts_dict",
            "pg_ts_template",
            "pg_ts_config");

    private static final Map<String, String> REASONS = Map.of(
            "pg_event_trigger", "event triggers are not carried",
            "pg_publication", "publications are not carried",
            "pg_foreign_server", "what belongs to foreign tables is not carried",
            "pg_foreign_data_wrapper", "what belongs to foreign tables is not carried");

    private static final String DEFAULT_REASON = "objects of this class are not carried yet";

    private final CatalogQuery query;

    UncarriedReader(CatalogQuery query) {
        this.query = query;
    }

    List<String> read() throws SQLException {
        List<String> names = new ArrayList<>();
        for (String catalog : CATALOGS) {
            names.addAll(query.list(
                    """
                    SELECT i.type || ' ' || i.identity
                    FROM %1$s o, pg_identify_object('%1$s'::regclass, o.oid, 0) i
                    WHERE o.oid >= %2$d AND NOT %3$s
                      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = '%1$s'::regclass AND d.objid = o.oid
                                      AND d.deptype = 'i')
                    ORDER BY 1
                    """.formatted(catalog, ObjectId.FIRST_USER_OID, CatalogQuery.memberOfExtension(catalog, "o.oid")),
                    row -> row.getString(1) + ": " + REASONS.getOrDefault(catalog, DEFAULT_REASON)));
        }
        names.addAll(relations());
        names.addAll(subscriptions());
        return names;
    }

    private List<String> relations() throws SQLException {
        List<String> names = new ArrayList<>(query.list(
                """
                SELECT 'foreign table ' || c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind = 'f' AND %s AND NOT %s ORDER BY 1
                """.formatted(CatalogQuery.USER_SCHEMA, CatalogQuery.memberOfExtension("pg_class", "c.oid")),
                row -> row.getString(1) + ": foreign tables are not carried"));
        names.addAll(query.list(
                """
                SELECT 'type ' || format_type(t.oid, NULL) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
                WHERE (t.typtype = 'p' OR t.typtype = 'b'
                       AND NOT EXISTS (SELECT FROM pg_type el WHERE el.typarray = t.oid))
                  AND %s AND NOT %s ORDER BY 1
                """.formatted(CatalogQuery.USER_SCHEMA, CatalogQuery.memberOfExtension("pg_type", "t.oid")),
                row -> row.getString(1) + ": base and shell types are not carried yet"));
        return names;
    }

    /** pg_subscription is readable for all but in its connection string; the names stand in pg_stat_subscription. */
    private List<String> subscriptions() throws SQLException {
        return query.list("""
                SELECT quote_ident(s.subname) FROM pg_subscription s
                WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1
                """, row -> "subscription " + row.getString(1) + ": subscriptions are not carried");
    }
}
