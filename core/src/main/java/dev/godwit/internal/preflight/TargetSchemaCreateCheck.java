package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
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
        String role = TargetSchemas.role(context);
        for (String schema : TargetSchemas.find(context, SCHEMAS, names)) {
            context.add(
                    FindingCode.TARGET_SCHEMA_CREATE,
                    schema,
                    "role " + role + " may not create tables in schema " + schema + ", which exists on the target",
                    "USAGE and CREATE on the schema",
                    "GRANT USAGE, CREATE ON SCHEMA " + schema + " TO " + role);
        }
    }
}
