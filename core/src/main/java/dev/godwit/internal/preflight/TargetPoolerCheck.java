package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The target is reached directly: locks, settings and the ends of sessions go by session. */
final class TargetPoolerCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_POOLER);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Pooler.look(context, FindingCode.TARGET_POOLER, "target", context.target());
    }
}
