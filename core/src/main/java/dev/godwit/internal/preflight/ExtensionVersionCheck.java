package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** Extensions have the same versions on both sides. */
final class ExtensionVersionCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.EXTENSION_VERSION);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (Extensions.Extension extension : Extensions.read(context)) {
            String there = extension.installed().isEmpty() ? extension.toCome() : extension.installed();
            if (!there.isEmpty() && !there.equals(extension.version())) {
                context.add(
                        FindingCode.EXTENSION_VERSION,
                        extension.name(),
                        "extension " + extension.name() + " has version " + extension.version() + " on the source, and "
                                + there + " on the target",
                        "the same version, or a newer one that the application and migrated objects go along with",
                        extension.installed().isEmpty()
                                ? "read what has changed between these versions; to have version " + extension.version()
                                        + " install its package on the target's host"
                                : "ALTER EXTENSION " + extension.name()
                                        + " UPDATE; -- on the target, where it is the older one;"
                                        + " else on the source, or read what has changed between them");
            }
        }
    }
}
