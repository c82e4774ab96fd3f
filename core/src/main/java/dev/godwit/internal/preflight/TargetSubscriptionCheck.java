package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Nobody else replicates into the target's database. */
final class TargetSubscriptionCheck implements Check {
    private static final String SUBSCRIPTIONS = """
            SELECT quote_ident(s.subname)
              FROM pg_catalog.pg_subscription s
             WHERE s.subenabled AND s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_SUBSCRIPTION);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(context.target(), SUBSCRIPTIONS)) {
            context.add(
                    FindingCode.TARGET_SUBSCRIPTION,
                    row.get(0),
                    "the target's database has an enabled subscription " + row.get(0)
                            + ", which may write to the tables that the migration writes to",
                    "no other writer to these tables",
                    "ALTER SUBSCRIPTION " + row.get(0) + " DISABLE; -- on the target, if it is about migrated tables");
        }
    }
}
