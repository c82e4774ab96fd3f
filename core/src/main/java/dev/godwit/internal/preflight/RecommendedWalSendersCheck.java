package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The source has walsenders to spare. */
final class RecommendedWalSendersCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.FEW_WALSENDERS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        int limit = Integer.parseInt(
                CheckContext.setting(context.source(), "max_wal_senders").orElseThrow());
        if (limit < WalSendersCheck.RECOMMENDED) {
            context.add(
                    FindingCode.FEW_WALSENDERS,
                    "max_wal_senders",
                    "max_wal_senders on the source is " + limit,
                    WalSendersCheck.RECOMMENDED + " or more, so that standbys and backups find one too",
                    "ALTER SYSTEM SET max_wal_senders = " + WalSendersCheck.RECOMMENDED
                            + "; -- then restart the source");
        }
    }
}
