package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Says which constraints the target does not check while changes are applied. */
final class DeferrableConstraintCheck implements Check {
    private static final String DEFERRABLE = """
            SELECT k.conrelid::regclass, quote_ident(k.conname),
                   CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' ELSE 'exclusion' END,
                   regexp_replace(pg_get_constraintdef(k.oid), ' DEFERRABLE.*$', '')
              FROM pg_catalog.pg_constraint k
             WHERE k.conrelid = ANY (?) AND k.contype IN ('p', 'u', 'x') AND k.condeferrable
             ORDER BY 1, 2
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.DEFERRABLE_CONSTRAINT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : TableQuery.ofSource(context, DEFERRABLE)) {
            context.add(
                    FindingCode.DEFERRABLE_CONSTRAINT,
                    row.get(0),
                    "constraint " + row.get(1) + " of table " + row.get(0) + " (" + row.get(2)
                            + ") is deferrable, and so not checked by the target while changes are applied; the cutover"
                            + " searches the table for rows that break it, and takes the longer for it the larger the table"
                            + " is",
                    "a write pause that leaves time for it, where the table is large",
                    "ALTER TABLE " + row.get(0) + " DROP CONSTRAINT " + row.get(1) + ", ADD CONSTRAINT " + row.get(1)
                            + " " + row.get(3) + "; -- if the application does not need it DEFERRABLE");
        }
    }
}
