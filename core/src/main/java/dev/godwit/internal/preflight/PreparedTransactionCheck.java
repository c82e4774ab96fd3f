package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** No prepared transaction of any database keeps the slot from being created; those that applications end by themselves do not. */
final class PreparedTransactionCheck implements Check {
    private static final String PENDING = """
            SELECT gid, owner, database, quote_literal(gid), date_trunc('second', prepared), prepared
              FROM pg_catalog.pg_prepared_xacts ORDER BY prepared
            """;

    /** Longer than a coordinator takes that works. */
    private static final Duration PENDING_FOR = Duration.ofSeconds(2);

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.PREPARED_TRANSACTION);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : lasting(context.source())) {
            context.add(
                    FindingCode.PREPARED_TRANSACTION,
                    row.get(0),
                    "prepared transaction '" + row.get(0) + "' of role " + row.get(1) + " in database " + row.get(2)
                            + " is pending since " + row.get(4) + ", and a slot cannot be created before it ends",
                    "none in any database of the server",
                    "COMMIT PREPARED " + row.get(3)
                            + "; -- or ROLLBACK PREPARED, as its coordinator decided; in database " + row.get(2));
        }
    }

    private static List<List<String>> lasting(Connection source) throws SQLException {
        List<List<String>> pending = new ArrayList<>(CheckContext.rows(source, PENDING));
        long began = System.nanoTime();
        while (!pending.isEmpty() && System.nanoTime() - began < PENDING_FOR.toNanos()) {
            try (Statement statement = source.createStatement()) {
                statement.execute("SELECT pg_catalog.pg_sleep(0.1)");
            }
            pending.retainAll(CheckContext.rows(source, PENDING));
        }
        return pending;
    }
}
