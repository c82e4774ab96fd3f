package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Vacuum on the source is not behind already: during a copy it can remove and freeze nothing newer. */
final class TransactionAgeCheck implements Check {
    private static final String OLDEST = """
            SELECT quote_ident(datname), age(datfrozenxid), current_setting('autovacuum_freeze_max_age')
              FROM pg_catalog.pg_database
             WHERE age(datfrozenxid) > 2 * current_setting('autovacuum_freeze_max_age')::bigint
             ORDER BY age(datfrozenxid) DESC
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.XID_AGE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(context.source(), OLDEST)) {
            context.add(
                    FindingCode.XID_AGE,
                    row.get(0),
                    "database " + row.get(0) + " on the source holds transaction ids that are " + row.get(1)
                            + " transactions old, and vacuum should freeze from " + row.get(2) + " on"
                            + " (autovacuum_freeze_max_age)",
                    "an age of twice that at most: the slot keeps vacuum from going further",
                    "VACUUM (FREEZE); -- in database " + row.get(0)
                            + ", after ending what keeps it from going further (old transactions, slots)");
        }
    }
}
