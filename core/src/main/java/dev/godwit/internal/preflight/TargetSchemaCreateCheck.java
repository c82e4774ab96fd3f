package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CREATE on the database is for new schemas only; in one that exists already, such as public, it takes its own. What scripts create is not
 * known.
 */
final class TargetSchemaCreateCheck implements Check {
    private static final String SCHEMAS = """
            SELECT quote_ident(n.nspname)
              FROM pg_catalog.pg_namespace n
             WHERE n.nspname = ANY (?)
               AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_schema_privilege(n.oid, 'CREATE'))
             ORDER BY 1
            """;

    /** What lies in a schema, as the steps that create it are named; a name in quotes, or one that needs none. */
    private static final Pattern CREATED = Pattern.compile(
            "(?s)(?:aggregate|collation|conversion|foreign table|function|materialized view|operator(?: class| family)?"
                    + "|sequence|table|text search [a-z]+|type(?: shell)?|view)"
                    + " (?:\"((?:[^\"]|\"\")++)\"|([a-z_][a-z0-9_]*+))\\..*");

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
        NavigableSet<String> names = new TreeSet<>();
        context.catalog().tables().forEach(table -> names.add(table.name().schema()));
        context.catalog()
                .sequences()
                .forEach(sequence -> names.add(sequence.name().schema()));
        context.schemaPlan().steps().stream()
                .map(step -> CREATED.matcher(step.id()))
                .filter(Matcher::matches)
                .map(created -> created.group(1) == null
                        ? created.group(2)
                        : created.group(1).replace("\"\"", "\""))
                .forEach(names::add);
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
