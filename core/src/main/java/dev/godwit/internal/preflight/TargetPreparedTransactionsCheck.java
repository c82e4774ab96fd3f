package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The target takes prepared transactions if the source does. */
final class TargetPreparedTransactionsCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_PREPARED_TRANSACTIONS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        int source = Integer.parseInt(CheckContext.setting(context.source(), "max_prepared_transactions")
                .orElseThrow());
        int target = Integer.parseInt(CheckContext.setting(context.target(), "max_prepared_transactions")
                .orElseThrow());
        if (target < source) {
            context.add(
                    FindingCode.TARGET_PREPARED_TRANSACTIONS,
                    "max_prepared_transactions",
                    "max_prepared_transactions is " + target + " on the target and " + source
                            + " on the source: PREPARE TRANSACTION may fail after the cutover",
                    source + " or more, unless the application prepares none",
                    "ALTER SYSTEM SET max_prepared_transactions = " + source + "; -- then restart the target");
        }
    }
}
