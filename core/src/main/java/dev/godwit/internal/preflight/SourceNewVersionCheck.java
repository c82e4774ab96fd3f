package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.util.Set;

/** The source is of a version that Godwit was tested with. */
final class SourceNewVersionCheck implements Check {
    static final int NEWEST_MAJOR = 18;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.SOURCE_NEW_VERSION);
    }

    @Override
    public void run(CheckContext context) {
        look(context, context.identities().source().version() / 10_000);
    }

    static void look(CheckContext context, int major) {
        if (major > NEWEST_MAJOR) {
            context.add(
                    FindingCode.SOURCE_NEW_VERSION,
                    "source",
                    "the source is PostgreSQL " + major + ", which this release of Godwit does not know",
                    "PostgreSQL " + NEWEST_MAJOR + " or older",
                    "use a newer release of Godwit, or rehearse the migration first");
        }
    }
}
