package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** No transaction has been writing for so long that the slot's creation would wait for it. */
final class LongTransactionCheck implements Check {
    private static final String WRITING = """
            SELECT pid, coalesce(usename, '?'), coalesce(datname, '?'), extract(epoch FROM clock_timestamp() - xact_start)::bigint,
                   coalesce(state, '?'), extract(epoch FROM clock_timestamp() - coalesce(query_start, xact_start))::bigint
              FROM pg_catalog.pg_stat_activity
             WHERE backend_xid IS NOT NULL AND clock_timestamp() - xact_start >= interval '%d seconds'
               AND pid <> pg_backend_pid()
             ORDER BY xact_start
            """;

    private final Duration limit;

    LongTransactionCheck() {
        this(Duration.ofMinutes(1));
    }

    LongTransactionCheck(Duration limit) {
        this.limit = limit;
    }

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.LONG_TRANSACTION);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(context.source(), WRITING.formatted(limit.toSeconds()))) {
            context.add(
                    FindingCode.LONG_TRANSACTION,
                    "session " + row.get(0),
                    "session " + row.get(0) + " of role " + row.get(1) + " in database " + row.get(2)
                            + " has been writing in one transaction for " + row.get(3) + " s (it is " + row.get(4)
                            + ", its last statement began " + row.get(5)
                            + " s ago), and the slot's creation waits for its end",
                    "no transaction in any database of the server that has been writing for " + limit.toSeconds()
                            + " s or longer",
                    "SELECT pg_terminate_backend(" + row.get(0) + "); -- or wait for it");
        }
    }
}
