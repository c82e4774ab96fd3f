package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The source can remember a lock on each table at a time. */
final class SourceLocksCheck implements Check {
    /** Of the room, what one transaction should take at most. */
    private static final double SHARE = 0.5;

    /** The manual gives this sum: max_locks_per_transaction for each session and prepared transaction. */
    private static final String CAPACITY = """
            SELECT per.setting::bigint * (SELECT sum(setting::bigint) FROM pg_catalog.pg_settings
                                           WHERE name IN ('max_connections', 'max_prepared_transactions')),
                   per.setting
              FROM pg_catalog.pg_settings per WHERE per.name = 'max_locks_per_transaction'
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_LOCKS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> row = CheckContext.row(context.source(), CAPACITY);
        long capacity = Long.parseLong(row.get(0));
        int tables = context.catalog().tables().size();
        if (tables > SHARE * capacity) {
            long perTransaction = Long.parseLong(row.get(1));
            context.add(
                    FindingCode.SOURCE_LOCKS,
                    "max_locks_per_transaction",
                    "the source has room for " + capacity + " locks of all sessions (max_locks_per_transaction is "
                            + perTransaction + "), and copy and fence lock " + tables + " tables at a time",
                    "room for twice as many",
                    "ALTER SYSTEM SET max_locks_per_transaction = "
                            + (perTransaction * (2L * tables / Math.max(1, capacity) + 1))
                            + "; -- then restart the source");
        }
    }
}
