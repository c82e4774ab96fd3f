package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.SchemaStage;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The target's role may use the languages and foreign data wrappers, there already, that functions and servers are made with. */
final class TargetUsageCheck implements Check {
    private static final String LANGUAGES = """
            SELECT DISTINCT l.lanname
              FROM pg_catalog.pg_proc p
              JOIN pg_catalog.pg_language l ON l.oid = p.prolang
              JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'godwit')
               AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_proc'::regclass
                                  AND d.objid = p.oid AND d.deptype = 'e')
            """;

    private static final String WRAPPERS = """
            SELECT DISTINCT w.fdwname
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
        if (context.schemaPlan().steps(SchemaStage.BEFORE_COPY).isEmpty()) {
            return;
        }
        report(context, "LANGUAGE", LANGUAGES, UNUSABLE_LANGUAGES, "create functions in");
        report(context, "FOREIGN DATA WRAPPER", WRAPPERS, UNUSABLE_WRAPPERS, "create servers of");
    }

    private static void report(CheckContext context, String kind, String used, String unusable, String what)
            throws SQLException {
        List<String> names = CheckContext.rows(context.source(), used).stream()
                .map(row -> row.get(0))
                .toList();
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
