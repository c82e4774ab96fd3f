package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** No slot on the target retains the log that the copy writes. */
final class TargetSlotsCheck implements Check {
    private static final String IDLE = """
            SELECT quote_ident(slot_name), quote_literal(slot_name) FROM pg_catalog.pg_replication_slots
             WHERE NOT active AND restart_lsn IS NOT NULL ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_IDLE_SLOT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.identities()
                .source()
                .systemIdentifier()
                .equals(context.identities().target().systemIdentifier())) {
            return;
        }
        for (List<String> row : CheckContext.rows(context.target(), IDLE)) {
            context.add(
                    FindingCode.TARGET_IDLE_SLOT,
                    row.get(0),
                    "replication slot " + row.get(0)
                            + " on the target is read by nobody, and retains all log from now on:"
                            + " the whole copy is written to it",
                    "none that is idle",
                    "SELECT pg_drop_replication_slot(" + row.get(1) + "); -- on the target, or let its reader go on");
        }
    }
}
