package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The source is a primary. */
final class SourceStandbyCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_STANDBY);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (CheckContext.row(context.source(), "SELECT pg_is_in_recovery()")
                .get(0)
                .equals("t")) {
            context.add(
                    FindingCode.SOURCE_STANDBY,
                    "source",
                    "the source is a standby, on which no publication can be created",
                    "a primary",
                    "use the primary as the source");
        }
    }
}
