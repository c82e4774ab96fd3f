package dev.godwit.schema;

import java.sql.SQLException;
import java.util.List;

/** Aggregates, which the server does not deparse itself. */
final class AggregateReader implements ObjectReader {

    private static final String OPTIONS = """
            concat_ws(', ',
                'SFUNC = ' || a.aggtransfn, 'STYPE = ' || format_type(a.aggtranstype, NULL),
                'SSPACE = ' || NULLIF(a.aggtransspace, 0),
                'FINALFUNC = ' || NULLIF(a.aggfinalfn::text, '-'),
                CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END, @finalmodify,
                'COMBINEFUNC = ' || NULLIF(a.aggcombinefn::text, '-'),
                'SERIALFUNC = ' || NULLIF(a.aggserialfn::text, '-'),
                'DESERIALFUNC = ' || NULLIF(a.aggdeserialfn::text, '-'),
                'INITCOND = ' || quote_literal(a.agginitval),
                'MSFUNC = ' || NULLIF(a.aggmtransfn::text, '-'),
                'MINVFUNC = ' || NULLIF(a.aggminvtransfn::text, '-'),
                'MSTYPE = ' || NULLIF(format_type(a.aggmtranstype, NULL), '-'),
                'MSSPACE = ' || NULLIF(a.aggmtransspace, 0),
                'MFINALFUNC = ' || NULLIF(a.aggmfinalfn::text, '-'),
                CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END, @mfinalmodify,
                'MINITCOND = ' || quote_literal(a.aggminitval),
                (SELECT format('SORTOP = OPERATOR(%I.%s)', sn.nspname, so.oprname)
                 FROM pg_operator so JOIN pg_namespace sn ON sn.oid = so.oprnamespace WHERE so.oid = a.aggsortop),
                'PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END,
                CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END)""";

    private final CatalogQuery query;

    AggregateReader(CatalogQuery query) {
        this.query = query;
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        String sql = """
                SELECT p.oid, @identity,
                       format('CREATE AGGREGATE %I.%I(%s) (%s);', n.nspname, p.proname,
                              COALESCE(NULLIF(pg_get_function_arguments(p.oid), ''), '*'), @options)
                FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE @user AND NOT @member
                """.replace("@identity", SqlText.identity("pg_proc", "p.oid"))
                .replace("@options", OPTIONS)
                .replace("@finalmodify", modify("FINALFUNC_MODIFY", "a.aggfinalmodify"))
                .replace("@mfinalmodify", modify("MFINALFUNC_MODIFY", "a.aggmfinalmodify"))
                .replace("@user", CatalogQuery.USER_SCHEMA)
                .replace("@member", CatalogQuery.memberOfExtension("pg_proc", "p.oid"));
        return query.list(
                sql,
                row -> SchemaObject.of(
                        ObjectKind.AGGREGATE,
                        new ObjectId(ObjectId.PROC, row.getLong(1)),
                        row.getString(2),
                        row.getString(3)));
    }

    /** The attribute where it differs from the default: read only, for ordered-set aggregates read and write. */
    private String modify(String option, String column) {
        return query.since(11, """
                CASE WHEN %2$s <> CASE WHEN a.aggkind = 'n' THEN 'r' ELSE 'w' END THEN '%1$s = '
                     || CASE %2$s WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END""".formatted(option, column), "NULL");
    }
}
