package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** The target can build indexes by several processes. */
final class TargetWorkersCheck implements Check {
    /** PostgreSQL's own default. */
    private static final int ENOUGH = 8;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_WORKERS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (String name :
                List.of("max_worker_processes", "max_parallel_workers", "max_parallel_maintenance_workers")) {
            int value = Integer.parseInt(
                    CheckContext.setting(context.target(), name).orElse(Integer.toString(ENOUGH)));
            int needed = name.equals("max_parallel_maintenance_workers") ? 1 : ENOUGH;
            if (value < needed) {
                context.add(
                        FindingCode.TARGET_WORKERS,
                        name,
                        name + " on the target is " + value + ": indexes are built by one process each",
                        needed + " or more",
                        "ALTER SYSTEM SET " + name + " = " + (needed == 1 ? 2 : needed)
                                + (name.equals("max_worker_processes")
                                        ? "; -- then restart the target"
                                        : "; SELECT pg_reload_conf()"));
            }
        }
    }
}
