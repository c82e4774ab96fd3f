package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The source's log leaves it, and does not pile up beside what the slot retains. */
final class SourceArchiverCheck implements Check {
    private static final String FAILING = """
            SELECT last_failed_wal, failed_count FROM pg_catalog.pg_stat_archiver
             WHERE current_setting('archive_mode') <> 'off'
               AND last_failed_time > coalesce(last_archived_time, '-infinity')
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_ARCHIVER);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(context.source(), FAILING)) {
            context.add(
                    FindingCode.SOURCE_ARCHIVER,
                    "archive_command",
                    "the source has failed to archive " + row.get(0) + " " + row.get(1)
                            + " time(s) and has archived nothing since: log piles up there already",
                    "an archiver that keeps up",
                    "see the server's log for what archive_command or archive_library says, and mend it");
        }
    }
}
