package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** A walsender is free. */
final class WalSendersCheck implements Check {
    static final int RECOMMENDED = 10;

    private static final FreePlaces PLACES = new FreePlaces(
            "walsender", "max_wal_senders", RECOMMENDED, FindingCode.NO_FREE_WALSENDER, FindingCode.ONE_FREE_WALSENDER);

    @Override
    public Set<FindingCode> codes() {
        return Set.of(PLACES.none(), PLACES.one());
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        List<String> row = CheckContext.row(
                context.source(),
                "SELECT current_setting('max_wal_senders'), count(*) FROM pg_catalog.pg_stat_activity"
                        + " WHERE backend_type = 'walsender'");
        PLACES.check(context, Integer.parseInt(row.get(0)), Integer.parseInt(row.get(1)));
    }
}
