package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.SchemaStep;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Nothing on the target bears the name of a sequence, view or type that would be created there. */
final class TargetObjectCheck implements Check {
    /** Those that belong to tables and extensions come and go with these. Functions are replaced. */
    private static final String EXISTING = """
            SELECT CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' ELSE 'materialized view' END,
                   CASE c.relkind WHEN 'S' THEN format('"%s"."%s"', replace(n.nspname, '"', '""'), replace(c.relname, '"', '""'))
                                  ELSE format('%I.%I', n.nspname, c.relname) END
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('S', 'v', 'm') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
                                  AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))
            UNION ALL
            SELECT 'type', format('%I.%I', n.nspname, t.typname)
              FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
             WHERE (t.typtype IN ('e', 'r', 'd') OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_catalog.pg_class c
                                                                                 WHERE c.oid = t.typrelid AND c.relkind = 'c'))
               AND n.nspname !~ '^pg_'
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_type'::regclass
                                  AND d.objid = t.oid AND d.deptype = 'e')
             ORDER BY 1, 2
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_OBJECT);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (TargetTables.areOurOwn(context)) {
            return;
        }
        Set<String> created =
                context.schemaPlan().steps().stream().map(SchemaStep::id).collect(Collectors.toSet());
        for (List<String> row : CheckContext.rows(context.target(), EXISTING)) {
            String kind = row.get(0);
            if (created.contains(kind + " " + row.get(1))) {
                context.add(
                        FindingCode.TARGET_OBJECT,
                        row.get(1),
                        kind + " " + row.get(1)
                                + " exists on the target already, and the schema preparer would create it",
                        "no object of this name, or a target that was prepared as a whole",
                        "DROP " + kind.toUpperCase(Locale.ROOT) + " " + row.get(1)
                                + "; -- on the target, or use SchemaPreparers.none() and prepare all objects");
            }
        }
    }
}
