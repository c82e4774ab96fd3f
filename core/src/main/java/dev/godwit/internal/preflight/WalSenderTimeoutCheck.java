package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The source gives up a stream neither at once nor never. */
final class WalSenderTimeoutCheck implements Check {
    private static final long SHORTEST_MILLIS = 10_000;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.WAL_SENDER_TIMEOUT_SHORT, FindingCode.WAL_SENDER_TIMEOUT_OFF);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        long millis = Long.parseLong(
                CheckContext.setting(context.source(), "wal_sender_timeout").orElseThrow());
        String remedy = "ALTER SYSTEM SET wal_sender_timeout = '60s'; SELECT pg_reload_conf()";
        if (millis == 0) {
            context.add(
                    FindingCode.WAL_SENDER_TIMEOUT_OFF,
                    "wal_sender_timeout",
                    "wal_sender_timeout on the source is 0: a stream whose client is gone keeps the slot until TCP notices",
                    "a timeout, such as 60s",
                    remedy);
        } else if (millis < SHORTEST_MILLIS) {
            context.add(
                    FindingCode.WAL_SENDER_TIMEOUT_SHORT,
                    "wal_sender_timeout",
                    "wal_sender_timeout on the source is " + millis
                            + " ms: a pause of the network or of this process ends the stream",
                    SHORTEST_MILLIS + " ms or more",
                    remedy);
        }
    }
}
