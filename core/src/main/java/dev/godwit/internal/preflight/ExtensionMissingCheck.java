package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Set;

/** The target has, or can get, each extension of the source. */
final class ExtensionMissingCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.EXTENSION_MISSING);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (Extensions.Extension extension : Extensions.read(context)) {
            if (extension.installed().isEmpty() && !extension.isCreated()) {
                String name = extension.name();
                context.add(
                        FindingCode.EXTENSION_MISSING,
                        name,
                        "extension " + name + " " + extension.version()
                                + " of the source is not in the target's database, and "
                                + (extension.available().isEmpty()
                                        ? "not installed on the target's host"
                                        : "is not going to be created there"),
                        "the extension on the target, if the application or a migrated object needs it",
                        extension.available().isEmpty()
                                ? "install the package of extension " + name
                                        + " on the target's host, or allow it in the"
                                        + " provider's list of extensions; then CREATE EXTENSION " + name
                                : "CREATE EXTENSION " + name + "; -- on the target");
            }
        }
    }
}
