package dev.godwit.internal.preflight;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import java.util.Set;

/** The target is not older than the source. */
final class TargetVersionCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_VERSION);
    }

    @Override
    public void run(CheckContext context) {
        int source = context.identities().source().version() / 10_000;
        int target = context.identities().target().version() / 10_000;
        if (target < source) {
            context.add(
                    FindingCode.TARGET_VERSION,
                    "target",
                    "the target is PostgreSQL " + target + ", older than the source, which is " + source,
                    "PostgreSQL " + source + " or newer",
                    "use a target of version " + source + " or newer");
        }
    }

    /** What is found where no session of ours can be opened on the target. */
    static Finding tooOld(int major) {
        return Finding.of(
                FindingCode.TARGET_VERSION,
                "target",
                "the target is PostgreSQL " + major + ", and no session of Godwit can be opened there",
                "PostgreSQL 10, or the source's version if that is newer",
                "use a target of the source's version or newer");
    }
}
