package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Row security of a table that the target has already does not keep the migration's role from filling it. */
final class TargetRowSecurityCheck implements Check {
    private static final String ACTIVE = """
            SELECT c.oid::regclass, quote_ident(current_user)
              FROM unnest(?::text[], ?::text[]) AS w (nspname, relname)
              JOIN pg_catalog.pg_namespace n ON n.nspname = w.nspname
              JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = w.relname
             WHERE c.relkind IN ('r', 'p') AND row_security_active(c.oid)
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_ROW_SECURITY);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofTarget(context, ACTIVE)) {
            context.add(
                    FindingCode.TARGET_ROW_SECURITY,
                    row.get(0),
                    "row security of table " + row.get(0) + " on the target applies to role " + row.get(1)
                            + ", and COPY does not write to such tables",
                    "a role that row security does not apply to",
                    "ALTER ROLE " + row.get(1) + " BYPASSRLS; -- on the target; or ALTER TABLE " + row.get(0)
                            + " DISABLE ROW LEVEL SECURITY until the cutover is done");
        }
    }
}
