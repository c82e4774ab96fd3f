package dev.godwit.schema;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Operator families and classes. Whatever belongs to no class, as operators across types, is added to the family by itself. */
final class OperatorClassReader implements ObjectReader {

    private final CatalogQuery query;
    private final boolean distinguishesClasses;

    /**
     * Makes the reader.
     *
     * @param distinguishesClasses whether a class comes with its members; if not, they are all the family's, since versions differ in which
     *     members a class needs
     */
    OperatorClassReader(CatalogQuery query, boolean distinguishesClasses) {
        this.query = query;
        this.distinguishesClasses = distinguishesClasses;
    }

    /** Expression: the operators and functions that meet these conditions, as a list; NULL if there are none. */
    private static String members(String operators, String functions) {
        return """
                (SELECT string_agg(m.item, ', ' ORDER BY m.kind, m.number, m.item) FROM (
                    SELECT 1 AS kind, ao.amopstrategy AS number,
                           format('OPERATOR %s %s', ao.amopstrategy, ao.amopopr::regoperator)
                           || CASE WHEN ao.amopsortfamily <> 0
                                   THEN (SELECT format(' FOR ORDER BY %I.%I', sn.nspname, sf.opfname)
                                         FROM pg_opfamily sf JOIN pg_namespace sn ON sn.oid = sf.opfnamespace
                                         WHERE sf.oid = ao.amopsortfamily) ELSE '' END AS item
                    FROM pg_amop ao WHERE @operators
                    UNION ALL
                    SELECT 2, ap.amprocnum,
                           format('FUNCTION %s (%s, %s) %s', ap.amprocnum, format_type(ap.amproclefttype, NULL),
                                  format_type(ap.amprocrighttype, NULL), ap.amproc::regprocedure)
                    FROM pg_amproc ap WHERE @functions) m)""".replace("@operators", operators).replace("@functions", functions);
    }

    private static String dependentMembers(String catalog, String oid) {
        String dependent = """
                @member.oid IN (SELECT d.objid FROM pg_depend d WHERE d.classid = '@members'::regclass
                                AND d.refclassid = '@catalog'::regclass AND d.refobjid = @oid)""".replace("@catalog", catalog).replace("@oid", oid);
        return members(
                dependent.replace("@members", "pg_amop").replace("@member", "ao"),
                dependent.replace("@members", "pg_amproc").replace("@member", "ap"));
    }

    @Override
    public List<SchemaObject> read() throws SQLException {
        List<SchemaObject> objects = new ArrayList<>();
        objects.addAll(query.objects(ObjectKind.OPERATOR_FAMILY, ObjectId.OPERATOR_FAMILY, families("""
                format('CREATE OPERATOR FAMILY %I.%I USING %I;', n.nspname, f.opfname, a.amname)""")));
        objects.addAll(looseMembers());
        objects.addAll(classes());
        return objects;
    }

    private List<SchemaObject> looseMembers() throws SQLException {
        String sql = families("""
                format('ALTER OPERATOR FAMILY %I.%I USING %I ADD ', n.nspname, f.opfname, a.amname)
                || @members || ';'""".replace(
                        "@members",
                        distinguishesClasses
                                ? dependentMembers("pg_opfamily", "f.oid")
                                : members("ao.amopfamily = f.oid", "ap.amprocfamily = f.oid")));
        return query.list("SELECT m.* FROM (" + sql + ") m (oid, name, sql) WHERE m.sql IS NOT NULL", row -> {
            ObjectId family = new ObjectId(ObjectId.OPERATOR_FAMILY, row.getLong(1));
            return SchemaObject.of(
                            ObjectKind.OPERATOR_FAMILY_MEMBERS,
                            family.looseMembers(),
                            row.getString(2),
                            row.getString(3))
                    .requiring(family);
        });
    }

    private static String families(String definition) {
        return """
                SELECT f.oid, format('%I.%I USING %I', n.nspname, f.opfname, a.amname), @definition
                FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am a ON a.oid = f.opfmethod
                WHERE @own
                """.replace("@definition", definition)
                .replace("@own", CatalogQuery.usersOwnInSchema("pg_opfamily", "f.oid"));
    }

    private List<SchemaObject> classes() throws SQLException {
        String sql = """
                SELECT c.oid, format('%I.%I USING %I', n.nspname, c.opcname, a.amname),
                       format('CREATE OPERATOR CLASS %I.%I %sFOR TYPE %s USING %I FAMILY %I.%I AS ', n.nspname, c.opcname,
                              CASE WHEN c.opcdefault THEN 'DEFAULT ' END, format_type(c.opcintype, NULL), a.amname,
                              fn.nspname, f.opfname)
                       || COALESCE(concat_ws(', ',
                            CASE WHEN c.opckeytype <> 0 OR m.members IS NULL
                                 THEN format('STORAGE %s',
                                             format_type(COALESCE(NULLIF(c.opckeytype, 0), c.opcintype), NULL)) END,
                            m.members), '') || ';'
                FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace JOIN pg_am a ON a.oid = c.opcmethod
                JOIN pg_opfamily f ON f.oid = c.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace
                CROSS JOIN LATERAL (SELECT @members AS members) m
                WHERE @own
                """.replace(
                        "@members", distinguishesClasses ? dependentMembers("pg_opclass", "c.oid") : "NULL::text")
                .replace("@own", CatalogQuery.usersOwnInSchema("pg_opclass", "c.oid"));
        return query.objects(ObjectKind.OPERATOR_CLASS, ObjectId.OPERATOR_CLASS, sql);
    }
}
