package dev.godwit.internal.preflight;

import dev.godwit.cutover.Deadline;
import dev.godwit.cutover.FenceContext;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import java.sql.SQLException;
import java.util.Set;

/** The fence can be raised when the time comes. */
final class FenceCheck implements Check {

    /** Those of the built-in fences; a fence of the user's may have others. */
    @Override
    public Set<FindingCode> codes() {
        return Set.of(
                FindingCode.FENCE_DATABASE_OWNER,
                FindingCode.FENCE_SIGNAL,
                FindingCode.FENCE_STATS,
                FindingCode.FENCE_ROLE_SETTING,
                FindingCode.FENCE_LOCK,
                FindingCode.FENCE_LARGE_OBJECTS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        context.findings()
                .addAll(context.plan()
                        .cutover()
                        .fence()
                        .check(new FenceContext(
                                context.plan().name(),
                                context.plan().source(),
                                context.catalog().tables().stream()
                                        .map(Table::name)
                                        .toList(),
                                Deadline.never(),
                                context.plan().cutover().maxWritePause(),
                                false,
                                null)));
    }
}
