package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Commits on the target wait for no standby that is not there. */
final class TargetStandbysCheck implements Check {
    private static final String MISSING = """
            SELECT current_setting('synchronous_standby_names')
             WHERE current_setting('synchronous_standby_names') <> ''
               AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_stat_replication WHERE sync_state IN ('sync', 'quorum'))
            """;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_SYNCHRONOUS_STANDBY);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (List<String> row : CheckContext.rows(context.target(), MISSING)) {
            context.add(
                    FindingCode.TARGET_SYNCHRONOUS_STANDBY,
                    "synchronous_standby_names",
                    "synchronous_standby_names on the target is '" + row.get(0)
                            + "', and no synchronous standby is connected: commits there wait for ever",
                    "a standby that follows, or none that is waited for",
                    "ALTER SYSTEM SET synchronous_standby_names = ''; SELECT pg_reload_conf()");
        }
    }
}
