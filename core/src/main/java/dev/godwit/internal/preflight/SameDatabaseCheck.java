package dev.godwit.internal.preflight;

import dev.godwit.replication.SystemIdentity;
import dev.godwit.result.FindingCode;
import java.util.Set;

/** The two sides are not the same database. */
final class SameDatabaseCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SAME_DATABASE);
    }

    @Override
    public void run(CheckContext context) {
        SystemIdentity target = context.identities().target();
        if (context.identities().source().isSameDatabaseAs(target)) {
            context.add(
                    FindingCode.SAME_DATABASE,
                    target.database(),
                    "source and target are the same database of the same server",
                    "two databases",
                    "check the URLs; to migrate within a server use another database");
        }
    }
}
