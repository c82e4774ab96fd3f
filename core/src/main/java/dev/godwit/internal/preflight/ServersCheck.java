package dev.godwit.internal.preflight;

import dev.godwit.replication.SystemIdentity;

/** Versions fit, and the two sides are not the same database. */
final class ServersCheck implements Check {
    private static final int OLDEST_MAJOR = 10;

    @Override
    public void run(CheckContext context) {
        SystemIdentity source = context.identities().source();
        SystemIdentity target = context.identities().target();
        int sourceMajor = source.version() / 10_000;
        int targetMajor = target.version() / 10_000;
        if (sourceMajor < OLDEST_MAJOR) {
            context.blocker(
                    "source-version",
                    "source",
                    "the source is PostgreSQL " + sourceMajor + ", which has no logical replication with pgoutput",
                    "upgrade the source to 10 or newer by other means first");
        }
        if (targetMajor < sourceMajor) {
            context.blocker(
                    "target-version",
                    "target",
                    "the target is PostgreSQL " + targetMajor + ", older than the source, which is " + sourceMajor,
                    "use a target of version " + sourceMajor + " or newer");
        }
        if (source.isSameDatabaseAs(target)) {
            context.blocker(
                    "same-database",
                    target.database(),
                    "source and target are the same database of the same server",
                    "check the URLs; to migrate within a server use another database");
        }
    }
}
