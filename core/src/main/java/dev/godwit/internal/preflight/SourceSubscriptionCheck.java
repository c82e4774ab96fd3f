package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The source's database does not itself subscribe to another one. */
final class SourceSubscriptionCheck implements Check {
    private static final String SUBSCRIPTIONS = """
            SELECT quote_ident(s.subname), s.subenabled
              FROM pg_catalog.pg_subscription s
             WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_SUBSCRIPTION);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(context.source(), SUBSCRIPTIONS)) {
            context.add(
                    FindingCode.SOURCE_SUBSCRIPTION,
                    row.get(0),
                    "the source's database has " + (row.get(1).equals("t") ? "an enabled" : "a disabled")
                            + " subscription "
                            + row.get(0)
                            + ": what it receives is migrated like all else, but after the cutover it goes on"
                            + " writing to the source alone",
                    "none, or one that moves to the target with the application",
                    "ALTER SUBSCRIPTION " + row.get(0)
                            + " DISABLE; -- on the source, just before the cutover; after it create"
                            + " one on the target that goes on with the same slot: CREATE SUBSCRIPTION … WITH (create_slot ="
                            + " false, copy_data = false)");
        }
    }
}
