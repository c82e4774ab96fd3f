package dev.godwit.internal.preflight;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import java.util.Set;

/** The source is new enough to stream. */
final class SourceVersionCheck implements Check {
    private static final int OLDEST_MAJOR = 10;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_VERSION);
    }

    @Override
    public void run(CheckContext context) {
        int major = context.identities().source().version() / 10_000;
        if (major < OLDEST_MAJOR) {
            context.findings().add(tooOld(major));
        }
    }

    /** What is found, too, where no session of ours can be opened on such a server. */
    static Finding tooOld(int major) {
        return Finding.of(
                FindingCode.SOURCE_VERSION,
                "source",
                "the source is PostgreSQL " + major + ", which has no logical replication with pgoutput",
                "PostgreSQL " + OLDEST_MAJOR + " or newer",
                "upgrade the source to 10 or newer by other means first");
    }
}
