package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Nobody is building an index concurrently, which waits for the copy's snapshot. */
final class ConcurrentIndexBuildCheck implements Check {
    /** From here on the server tells of builds under way. */
    private static final int WITH_PROGRESS = 12;

    private static final String BUILDS = """
            SELECT p.pid, coalesce(a.usename, '?'), p.command, p.relid::regclass, p.phase
              FROM pg_catalog.pg_stat_progress_create_index p LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = p.pid
             WHERE p.datname = current_database() AND p.command LIKE '%CONCURRENTLY'
             ORDER BY 1
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.CONCURRENT_INDEX_BUILD);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (context.catalog().majorVersion() < WITH_PROGRESS) {
            return;
        }
        for (List<String> row : CheckContext.rows(context.source(), BUILDS)) {
            context.add(
                    FindingCode.CONCURRENT_INDEX_BUILD,
                    "session " + row.get(0),
                    "session " + row.get(0) + " of role " + row.get(1) + " is running " + row.get(2) + " on table "
                            + row.get(3)
                            + " (" + row.get(4)
                            + "); it would wait for the snapshot that the copy holds, and its index is"
                            + " invalid until then",
                    "index builds that are done before the copy begins",
                    "wait for it; or SELECT pg_cancel_backend(" + row.get(0) + "), then drop the invalid index");
        }
    }
}
