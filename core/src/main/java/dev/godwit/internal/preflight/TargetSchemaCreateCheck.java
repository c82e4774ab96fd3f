package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.SchemaStage;
import java.sql.SQLException;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** CREATE on the database is for new schemas only; in one that exists already, such as public, it takes its own. */
final class TargetSchemaCreateCheck implements Check {
    private static final String SCHEMAS = """
            SELECT quote_ident(n.nspname)
              FROM pg_catalog.pg_namespace n
             WHERE n.nspname = ANY (?)
               AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_schema_privilege(n.oid, 'CREATE'))
             ORDER BY 1
            """;

    /** Those of what is in no table: functions, types, views. */
    private static final String OF_OTHERS = """
            SELECT DISTINCT n.nspname
              FROM pg_catalog.pg_namespace n
              JOIN (SELECT pronamespace, 'pg_catalog.pg_proc'::regclass, oid FROM pg_catalog.pg_proc
                    UNION ALL
                    SELECT typnamespace, 'pg_catalog.pg_type'::regclass, oid FROM pg_catalog.pg_type
                     WHERE typtype IN ('e', 'd', 'r')
                    UNION ALL
                    SELECT relnamespace, 'pg_catalog.pg_class'::regclass, oid FROM pg_catalog.pg_class
                     WHERE relkind IN ('v', 'm', 'c')) o (schema, class, oid) ON o.schema = n.oid
             WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'godwit')
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e')
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_SCHEMA_CREATE);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        SortedSet<String> names = new TreeSet<>();
        context.catalog().tables().forEach(table -> names.add(table.name().schema()));
        context.catalog()
                .sequences()
                .forEach(sequence -> names.add(sequence.name().schema()));
        if (!context.schemaPlan().steps(SchemaStage.BEFORE_COPY).isEmpty()) {
            CheckContext.rows(context.source(), OF_OTHERS).forEach(row -> names.add(row.get(0)));
        }
        String role = TargetSchemas.role(context);
        for (String schema : TargetSchemas.find(context, SCHEMAS, names)) {
            context.add(
                    FindingCode.TARGET_SCHEMA_CREATE,
                    schema,
                    "role " + role + " may not create objects in schema " + schema + ", which exists on the target",
                    "USAGE and CREATE on the schema",
                    "GRANT USAGE, CREATE ON SCHEMA " + schema + " TO " + role);
        }
    }
}
