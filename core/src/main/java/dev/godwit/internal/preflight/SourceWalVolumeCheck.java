package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Says how much log the source will have to keep while it is copied. */
final class SourceWalVolumeCheck implements Check {
    /** What a copy moves at least on common machines; it is an estimate that is at stake. */
    static final long COPIED_PER_SECOND = 20L << 20;

    private static final long NOTEWORTHY_BYTES = 1L << 30;
    /** The rate of less says nothing. */
    private static final double SHORTEST_SECONDS = 600;
    /** The first version that counts what it writes. */
    private static final int COUNTED = 140_000;

    /** Who may not is spared an estimate, and has no reason to be given the right. */
    private static final String MAY_LIST = "SELECT has_function_privilege('pg_catalog.pg_ls_waldir()', 'EXECUTE')";

    private static final String COUNTERS = """
            SELECT wal_bytes::bigint, extract(epoch FROM clock_timestamp() - stats_reset) FROM pg_catalog.pg_stat_wal
            """;

    /** Segments that are prepared for what will be written have names beyond the current one's. */
    private static final String FILES = """
            SELECT coalesce(sum(size), 0)::bigint, coalesce(extract(epoch FROM max(modification) - min(modification)), 0)
              FROM pg_catalog.pg_ls_waldir()
             WHERE name ~ '^[0-9A-F]{24}$' AND NOT pg_is_in_recovery()
               AND name <= CASE WHEN pg_is_in_recovery() THEN '' ELSE pg_walfile_name(pg_current_wal_lsn()) END
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_WAL_VOLUME);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        boolean counted = context.identities().source().version() >= COUNTED;
        if (!counted && CheckContext.row(context.source(), MAY_LIST).get(0).equals("f")) {
            return;
        }
        List<String> row = CheckContext.row(context.source(), counted ? COUNTERS : FILES);
        long bytes = Long.parseLong(row.get(0));
        double seconds = Double.parseDouble(row.get(1));
        if (seconds >= SHORTEST_SECONDS) {
            look(context, Math.round(bytes / seconds), copiedBytes(context));
        }
    }

    private static long copiedBytes(CheckContext context) throws SQLException {
        return TableSizes.of(context).total();
    }

    static void look(CheckContext context, long bytesPerSecond, long copied) {
        long seconds = copied / COPIED_PER_SECOND;
        long expected = bytesPerSecond * seconds;
        if (expected > NOTEWORTHY_BYTES) {
            context.add(
                    FindingCode.SOURCE_WAL_VOLUME,
                    "pg_wal",
                    "the source writes " + TableSizes.megabytes(bytesPerSecond * 3600)
                            + " of log per hour, and copying "
                            + TableSizes.megabytes(copied) + " may take " + Math.max(1, seconds / 60)
                            + " min (at " + TableSizes.megabytes(COPIED_PER_SECOND) + " per second)",
                    "about " + TableSizes.megabytes(2 * expected) + " free where pg_wal is",
                    "df -h \"$PGDATA/pg_wal\" # on the source; see SourceLimits.retainedWalBytes for a limit that holds");
        }
    }
}
