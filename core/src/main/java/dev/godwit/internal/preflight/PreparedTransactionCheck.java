package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No prepared transaction of any database keeps the slot from being created. */
final class PreparedTransactionCheck implements Check {
    private static final String PENDING = """
            SELECT gid, owner, database, quote_literal(gid), date_trunc('second', prepared)
              FROM pg_catalog.pg_prepared_xacts ORDER BY prepared
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.PREPARED_TRANSACTION);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(context.source(), PENDING)) {
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
}
