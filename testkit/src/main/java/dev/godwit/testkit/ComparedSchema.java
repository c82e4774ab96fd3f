package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * The definitions of a database's objects, as the server words them, by kind and name. Less than module schema compares, which the
 * testkit cannot use, because that is tested with it.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html">PostgreSQL manual: System Information Functions</a>
 */
final class ComparedSchema {
    private static final String IDENTIFIER = "(?:\"(?:[^\"]|\"\")++\"|[\\p{L}_][\\p{L}\\p{N}_$]*)";
    private static final Pattern QUALIFIER = Pattern.compile(IDENTIFIER + "\\.(?=[\"\\p{L}_])");
    private static final Pattern IN_ARGUMENT = Pattern.compile("([(,]\\s*)IN ");
    private static final Pattern SPACE_AND_PARENTHESES = Pattern.compile("[\\s()]+");

    /** Condition on a schema, aliased n. */
    private static final String OF_USERS = " n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'godwit')";

    private static final String RELATION =
            "pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)";

    /** With the types of its arguments alone: names and modes are part of the definition, and worded differently since 14. */
    private static final String FUNCTION =
            "pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname)"
                    + " || '(' || pg_catalog.oidvectortypes(p.proargtypes) || ')'";

    private ComparedSchema() {}

    /** One paragraph per object that is not the same. */
    static List<String> compare(DataSource source, DataSource target) throws SQLException {
        try (Connection left = source.getConnection();
                Connection right = target.getConnection()) {
            boolean sameMajor = left.getMetaData().getDatabaseMajorVersion()
                    == right.getMetaData().getDatabaseMajorVersion();
            UnaryOperator<String> form = sameMajor ? UnaryOperator.identity() : ComparedSchema::acrossVersions;
            Map<String, String> ofSource = read(left);
            Map<String, String> ofTarget = read(right);
            Set<String> names = new TreeSet<>(ofSource.keySet());
            names.addAll(ofTarget.keySet());
            List<String> differences = new ArrayList<>();
            for (String name : names) {
                String one = ofSource.get(name);
                String other = ofTarget.get(name);
                if (one == null || other == null) {
                    differences.add(name + " is missing in the " + (one == null ? "source" : "target"));
                } else if (!form.apply(one).equals(form.apply(other))) {
                    differences.add(name + " is in the source " + one + ", in the target " + other);
                }
            }
            return differences;
        }
    }

    /** Takes out what versions word differently though it means the same. */
    private static String acrossVersions(String definition) {
        // since 14 it is said of each argument of a procedure that goes in
        String text = IN_ARGUMENT.matcher(definition).replaceAll("$1");
        String bare = SPACE_AND_PARENTHESES
                .matcher(QUALIFIER.matcher(text).replaceAll(""))
                .replaceAll("");
        // before 11 triggers execute procedures
        return bare.replace("EXECUTEPROCEDURE", "EXECUTEFUNCTION");
    }

    private static Map<String, String> read(Connection connection) throws SQLException {
        Map<String, String> definitions = new TreeMap<>();
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        int major = connection.getMetaData().getDatabaseMajorVersion();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL search_path = ''");
            for (String query : queries(major)) {
                try (ResultSet rows = statement.executeQuery(query)) {
                    while (rows.next()) {
                        definitions.put(rows.getString(1), String.valueOf(rows.getString(2)));
                    }
                }
            }
        }
        connection.rollback();
        return definitions;
    }

    private static List<String> queries(int major) {
        List<String> queries = new ArrayList<>();
        queries.add("SELECT 'schema ' || pg_catalog.quote_ident(n.nspname), '' FROM pg_catalog.pg_namespace n WHERE"
                + OF_USERS + own("pg_namespace", "n"));
        queries.add("SELECT 'extension ' || extname, '' FROM pg_catalog.pg_extension");
        addTypes(queries);
        addTables(queries, major);
        addTableParts(queries);
        queries.add("SELECT CASE c.relkind WHEN 'v' THEN 'view ' ELSE 'materialized view ' END || " + RELATION
                + ", pg_catalog.pg_get_viewdef(c.oid) FROM" + relations("v, m"));
        queries.add("SELECT 'sequence ' || " + RELATION + ", pg_catalog.concat_ws(' ',"
                + " pg_catalog.format_type(s.seqtypid, NULL), 'START', s.seqstart, 'INCREMENT', s.seqincrement, 'MIN', s.seqmin,"
                + " 'MAX', s.seqmax, 'CACHE', s.seqcache, 'CYCLE', s.seqcycle) FROM"
                + relations("S").replace(" WHERE", " JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid WHERE"));
        boolean aggregatesHaveKind = major >= 11;
        String functions = " FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE"
                + OF_USERS + own("pg_proc", "p") + " AND ";
        String aggregate = aggregatesHaveKind ? "p.prokind = 'a'" : "p.proisagg";
        queries.add("SELECT 'function ' || " + FUNCTION + ", pg_catalog.pg_get_functiondef(p.oid)" + functions + "NOT ("
                + aggregate + ")");
        queries.add("SELECT 'aggregate ' || " + FUNCTION + ", pg_catalog.pg_get_function_result(p.oid)" + functions
                + aggregate);
        return queries;
    }

    private static void addTypes(List<String> queries) {
        String types = " FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE"
                + OF_USERS + own("pg_type", "t") + " AND t.typtype = ";
        queries.add("SELECT 'type ' || pg_catalog.format_type(t.oid, NULL), (SELECT 'ENUM ' || pg_catalog.string_agg("
                + "pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e"
                + " WHERE e.enumtypid = t.oid)" + types + "'e'");
        queries.add("SELECT 'domain ' || pg_catalog.format_type(t.oid, NULL), pg_catalog.concat_ws(' ',"
                + " pg_catalog.format_type(t.typbasetype, t.typtypmod), 'NOT NULL', t.typnotnull, 'DEFAULT', t.typdefault,"
                + " (SELECT pg_catalog.string_agg(pg_catalog.pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname)"
                + " FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype <> 'n'))" + types + "'d'");
        queries.add(
                "SELECT 'range ' || pg_catalog.format_type(t.oid, NULL), (SELECT pg_catalog.format_type(r.rngsubtype, NULL)"
                        + " FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid)" + types + "'r'");
    }

    private static void addTables(List<String> queries, int major) {
        String relations = relations("r, p, f, c");
        queries.add("SELECT CASE c.relkind WHEN 'c' THEN 'type ' WHEN 'f' THEN 'foreign table ' ELSE 'table ' END || "
                + RELATION
                + ", pg_catalog.concat_ws(' ', c.relpersistence, 'ROW SECURITY', c.relrowsecurity, c.relforcerowsecurity,"
                + " 'REPLICA IDENTITY', c.relreplident, 'PARTITION BY', pg_catalog.pg_get_partkeydef(c.oid),"
                + " pg_catalog.pg_get_expr(c.relpartbound, c.oid), 'INHERITS', (SELECT pg_catalog.string_agg("
                + "i.inhparent::pg_catalog.regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_catalog.pg_inherits i"
                + " WHERE i.inhrelid = c.oid)) FROM" + relations);
        String generated = major >= 12 ? "a.attgenerated::text" : "''";
        queries.add("SELECT 'column ' || " + RELATION
                + " || '.' || pg_catalog.quote_ident(a.attname), pg_catalog.concat_ws(' ',"
                + " pg_catalog.format_type(a.atttypid, a.atttypmod), (SELECT 'COLLATE ' || l.collname"
                + " FROM pg_catalog.pg_collation l WHERE l.oid = a.attcollation AND l.collname <> 'default'),"
                + " CASE WHEN a.attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid),"
                + " 'IDENTITY ' || nullif(a.attidentity::text, ''), 'GENERATED ' || nullif(" + generated
                + ", '')) FROM"
                + relations.replace(
                        " WHERE",
                        " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
                                + " AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_catalog.pg_attrdef d"
                                + " ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE"));
    }

    /** A trigger of a partition that is a copy of its table's is that one. */
    private static void addTableParts(List<String> queries) {
        String relations = relations("r, p, f, m, v");
        queries.add(
                "SELECT 'constraint ' || pg_catalog.quote_ident(k.conname) || ' of ' || " + RELATION
                        + ", pg_catalog.pg_get_constraintdef(k.oid) FROM"
                        + relations.replace(
                                " WHERE",
                                " JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype NOT IN ('n', 't') WHERE"));
        queries.add("SELECT 'index ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(x.relname),"
                + " pg_catalog.concat_ws(' ', pg_catalog.pg_get_indexdef(i.indexrelid), CASE WHEN NOT i.indisvalid THEN 'INVALID' END)"
                + " FROM"
                + relations.replace(
                        " WHERE",
                        " JOIN pg_catalog.pg_index i ON i.indrelid = c.oid JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid"
                                + " WHERE NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid"
                                + " AND k.contype IN ('p', 'u', 'x')) AND"));
        queries.add("SELECT 'trigger ' || pg_catalog.quote_ident(g.tgname) || ' of ' || " + RELATION
                + ", pg_catalog.concat_ws(' ', pg_catalog.pg_get_triggerdef(g.oid), 'ENABLED', g.tgenabled) FROM"
                + relations.replace(
                        " WHERE",
                        " JOIN pg_catalog.pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal WHERE NOT EXISTS (SELECT 1"
                                + " FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_trigger o ON o.tgrelid = h.inhparent"
                                + " WHERE h.inhrelid = c.oid AND c.relispartition AND o.tgname = g.tgname) AND"));
        queries.add("SELECT 'rule ' || pg_catalog.quote_ident(w.rulename) || ' of ' || " + RELATION
                + ", pg_catalog.pg_get_ruledef(w.oid) FROM"
                + relations.replace(
                        " WHERE",
                        " JOIN pg_catalog.pg_rewrite w ON w.ev_class = c.oid AND w.rulename <> '_RETURN' WHERE"));
        queries.add("SELECT 'policy ' || pg_catalog.quote_ident(y.polname) || ' of ' || " + RELATION
                + ", pg_catalog.concat_ws(' ', y.polcmd, y.polpermissive, 'TO', (SELECT pg_catalog.string_agg(r.rolname, ', '"
                + " ORDER BY r.rolname) FROM pg_catalog.pg_roles r WHERE r.oid = ANY (y.polroles)), 'USING',"
                + " pg_catalog.pg_get_expr(y.polqual, c.oid), 'CHECK', pg_catalog.pg_get_expr(y.polwithcheck, c.oid)) FROM"
                + relations.replace(" WHERE", " JOIN pg_catalog.pg_policy y ON y.polrelid = c.oid WHERE"));
    }

    /** Relations of these kinds, aliased c. */
    private static String relations(String kinds) {
        return " pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE" + OF_USERS
                + " AND c.relpersistence <> 't' AND c.relkind IN ('" + kinds.replace(", ", "', '") + "')"
                + own("pg_class", "c");
    }

    /** Condition that an object has not come with an extension. */
    private static String own(String catalog, String alias) {
        return " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog." + catalog
                + "'::pg_catalog.regclass AND e.objid = " + alias + ".oid AND e.deptype = 'e')";
    }
}
