package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A comment on a schema that exists already, as public does, takes its ownership. */
final class TargetSchemaOwnerCheck implements Check {
    private static final String FOREIGN_SCHEMAS = """
            SELECT quote_ident(n.nspname)
              FROM pg_catalog.pg_namespace n
             WHERE quote_ident(n.nspname) = ANY (?) AND NOT pg_has_role(n.nspowner, 'USAGE')
             ORDER BY 1
            """;

    private static final Pattern COMMENT = Pattern.compile("COMMENT ON SCHEMA (\"(?:[^\"]|\"\")++\"|[^ \"]+) IS ");

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_SCHEMA_OWNER);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> commented = context.schemaPlan().steps().stream()
                .flatMap(step -> COMMENT.matcher(step.sql()).results())
                .map(comment -> comment.group(1))
                .toList();
        String role = TargetSchemas.role(context);
        for (String schema : TargetSchemas.find(context, FOREIGN_SCHEMAS, commented)) {
            context.add(
                    FindingCode.TARGET_SCHEMA_OWNER,
                    schema,
                    "role " + role + " does not own schema " + schema
                            + ", which exists on the target, and so cannot carry the comment that it has on the source",
                    "its owner, or a member of it",
                    "ALTER SCHEMA " + schema + " OWNER TO " + role);
        }
    }
}
