package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The target takes writes. */
final class TargetReadOnlyCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_READ_ONLY);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> row = CheckContext.row(
                context.target(),
                "SELECT quote_ident(current_database()), pg_is_in_recovery(),"
                        + " current_setting('transaction_read_only')::boolean");
        if (row.get(1).equals("t")) {
            context.add(
                    FindingCode.TARGET_READ_ONLY,
                    row.get(0),
                    "the target takes no writes: it is a standby, or still recovering",
                    "a primary",
                    "use the primary as the target");
        } else if (row.get(2).equals("t")) {
            context.add(
                    FindingCode.TARGET_READ_ONLY,
                    row.get(0),
                    "the target takes no writes: transaction_read_only is on",
                    "default_transaction_read_only = off",
                    "ALTER DATABASE " + row.get(0) + " RESET default_transaction_read_only");
        }
    }
}
