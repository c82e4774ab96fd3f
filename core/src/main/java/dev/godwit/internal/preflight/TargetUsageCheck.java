package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.SchemaStep;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The target's role may use the languages and foreign data wrappers, there already, that functions and servers are made with. What scripts
 * make is not known.
 */
final class TargetUsageCheck implements Check {
    /** With the step that creates the function. */
    private static final String LANGUAGES = """
            SELECT l.lanname, 'function ' || (pg_identify_object('pg_catalog.pg_proc'::regclass, p.oid, 0)).identity
              FROM pg_catalog.pg_proc p
              JOIN pg_catalog.pg_language l ON l.oid = p.prolang
              JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'godwit')
            """;

    /** With the step that creates the server. */
    private static final String WRAPPERS = """
            SELECT w.fdwname, 'server ' || quote_ident(s.srvname)
              FROM pg_catalog.pg_foreign_server s JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
            """;

    private static final String UNUSABLE_LANGUAGES = """
            SELECT quote_ident(l.lanname) FROM pg_catalog.pg_language l
             WHERE l.lanname = ANY (?) AND l.lanpltrusted AND NOT has_language_privilege(l.oid, 'USAGE') ORDER BY 1
            """;

    private static final String UNUSABLE_WRAPPERS = """
            SELECT quote_ident(w.fdwname) FROM pg_catalog.pg_foreign_data_wrapper w
             WHERE w.fdwname = ANY (?) AND NOT has_foreign_data_wrapper_privilege(w.oid, 'USAGE') ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_USAGE);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        report(context, "LANGUAGE", LANGUAGES, UNUSABLE_LANGUAGES, "create functions in");
        report(context, "FOREIGN DATA WRAPPER", WRAPPERS, UNUSABLE_WRAPPERS, "create servers of");
    }

    private static void report(CheckContext context, String kind, String used, String unusable, String what)
            throws SQLException {
        Set<String> steps =
                context.schemaPlan().steps().stream().map(SchemaStep::id).collect(Collectors.toSet());
        Set<String> names = CheckContext.rows(context.source(), used).stream()
                .filter(row -> steps.contains(row.get(1)))
                .map(row -> row.get(0))
                .collect(Collectors.toSet());
        String role = TargetSchemas.role(context);
        for (String name : TargetSchemas.find(context, unusable, names)) {
            context.add(
                    FindingCode.TARGET_USAGE,
                    name,
                    "role " + role + " may not " + what + " " + kind.toLowerCase(Locale.ROOT) + " " + name
                            + ", as the source has them",
                    "USAGE on it",
                    "GRANT USAGE ON " + kind + " " + name + " TO " + role);
        }
    }
}
