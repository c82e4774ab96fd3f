package dev.godwit.internal.preflight;

import dev.godwit.cutover.Deadline;
import dev.godwit.cutover.FenceContext;
import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import java.sql.SQLException;
import java.util.Set;

/** With a way back: the fence can be raised on the target, too; what it finds there it finds in words of a source. */
final class ReverseFenceCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.REVERSE_FENCE);
    }

    @Override
    public boolean needsTargetDatabase() {
        return true;
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        if (!context.plan().reverse()) {
            return;
        }
        FenceContext target = new FenceContext(
                context.plan().name(),
                context.plan().target(),
                context.catalog().tables().stream().map(Table::name).toList(),
                Deadline.never(),
                context.plan().cutover().maxWritePause(),
                false,
                null);
        for (Finding finding : context.plan().cutover().fence().check(target)) {
            if (finding.severity() != Finding.Severity.BLOCKER) {
                continue;
            }
            context.add(
                    FindingCode.REVERSE_FENCE,
                    finding.object(),
                    "in a rollback the target is the source, and is fenced as it is: " + finding.observed(),
                    finding.required(),
                    finding.remedy());
        }
    }
}
