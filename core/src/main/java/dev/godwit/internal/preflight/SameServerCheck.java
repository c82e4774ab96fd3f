package dev.godwit.internal.preflight;

import dev.godwit.replication.SystemIdentity;
import dev.godwit.result.FindingCode;
import java.util.Set;

/** The two sides are different servers. */
final class SameServerCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SAME_SERVER);
    }

    @Override
    public void run(CheckContext context) {
        SystemIdentity source = context.identities().source();
        SystemIdentity target = context.identities().target();
        if (source.systemIdentifier().equals(target.systemIdentifier()) && !source.isSameDatabaseAs(target)) {
            context.add(
                    FindingCode.SAME_SERVER,
                    target.database(),
                    "source database " + source.database() + " and target database " + target.database()
                            + " have the system identifier " + source.systemIdentifier()
                            + ": they are of one server, or one server began as a copy of the other",
                    "two servers, if the migration is to leave the old one",
                    "check the URLs; within one server its disk holds the data twice, and its log too");
        }
    }
}
