package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Parsers, templates, dictionaries and configurations of text search. */
final class TextSearchReader implements ObjectReader {

    /** Before 13 every option is kept in quotes, and later versions take no number in quotes for a Boolean. */
    private static final String QUOTED_NUMBERS =
            "regexp_replace(o.dictinitoption, ' = ''(-?[0-9]+)''(?=,|$)', ' = \\1', 'g')";

    private final CatalogQuery query;

    TextSearchReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> objects = new ArrayList<>();
        objects.addAll(read(ObjectKind.TEXT_SEARCH_PARSER, ObjectId.TS_PARSER, "pg_ts_parser", "prs", """
                concat_ws(', ', format('START = %s', o.prsstart), format('GETTOKEN = %s', o.prstoken),
                          format('END = %s', o.prsend), 'HEADLINE = ' || NULLIF(o.prsheadline::text, '-'),
                          format('LEXTYPES = %s', o.prslextype)) || ');'"""));
        objects.addAll(read(ObjectKind.TEXT_SEARCH_TEMPLATE, ObjectId.TS_TEMPLATE, "pg_ts_template", "tmpl", """
                concat_ws(', ', 'INIT = ' || NULLIF(o.tmplinit::text, '-'), format('LEXIZE = %s', o.tmpllexize)) || ');'"""));
        objects.addAll(
                read(ObjectKind.TEXT_SEARCH_DICTIONARY, ObjectId.TS_DICTIONARY, "pg_ts_dict", "dict", """
                concat_ws(', ', (SELECT format('TEMPLATE = %I.%I', tn.nspname, t.tmplname)
                                 FROM pg_ts_template t JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
                                 WHERE t.oid = o.dicttemplate), @options) || ');'""".replace(
                                "@options", query.since(13, "o.dictinitoption", QUOTED_NUMBERS))));
        objects.addAll(
                read(ObjectKind.TEXT_SEARCH_CONFIGURATION, ObjectId.TS_CONFIGURATION, "pg_ts_config", "cfg", """
                (SELECT format('PARSER = %I.%I);', pn.nspname, p.prsname)
                 FROM pg_ts_parser p JOIN pg_namespace pn ON pn.oid = p.prsnamespace WHERE p.oid = o.cfgparser)
                || COALESCE((SELECT string_agg(format(E'\\nALTER TEXT SEARCH CONFIGURATION %I.%I ADD MAPPING FOR %I WITH %s;',
                                                      n.nspname, o.cfgname, m.token, m.dictionaries), '' ORDER BY m.type)
                             FROM (SELECT c.maptokentype AS type,
                                          (SELECT t.alias FROM ts_token_type(o.cfgparser) t
                                           WHERE t.tokid = c.maptokentype) AS token,
                                          string_agg(c.mapdict::regdictionary::text, ', ' ORDER BY c.mapseqno) AS dictionaries
                                   FROM pg_ts_config_map c WHERE c.mapcfg = o.oid GROUP BY c.maptokentype) m), '')"""));
        return objects;
    }

    /** Reads one catalog, whose columns begin with that prefix. */
    private List<SchemaObject> read(ObjectKind kind, long id, String catalog, String prefix, String options)
            throws SQLException {
        String sql = """
                SELECT o.oid, format('%I.%I', n.nspname, o.@prefixname),
                       format('CREATE @kind %I.%I (', n.nspname, o.@prefixname) || @options
                FROM @catalog o JOIN pg_namespace n ON n.oid = o.@prefixnamespace
                WHERE @own
                """.replace("@kind", kind.name().replace('_', ' '))
                .replace("@options", options)
                .replace("@catalog", catalog)
                .replace("@prefix", prefix)
                .replace("@own", CatalogQuery.usersOwnInSchema(catalog, "o.oid"));
        return query.objects(kind, id, sql);
    }
}
