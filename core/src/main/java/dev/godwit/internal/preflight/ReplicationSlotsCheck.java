package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** A replication slot is free. */
final class ReplicationSlotsCheck implements Check {
    private static final FreePlaces PLACES = new FreePlaces(
            "replication slot",
            "max_replication_slots",
            10,
            FindingCode.NO_FREE_REPLICATION_SLOT,
            FindingCode.ONE_FREE_REPLICATION_SLOT);

    @Override
    public Set<FindingCode> codes() {
        return Set.of(PLACES.none(), PLACES.one());
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> row = CheckContext.row(
                context.source(),
                "SELECT current_setting('max_replication_slots'), count(*) FROM pg_catalog.pg_replication_slots");
        PLACES.check(context, Integer.parseInt(row.get(0)), Integer.parseInt(row.get(1)));
    }
}
