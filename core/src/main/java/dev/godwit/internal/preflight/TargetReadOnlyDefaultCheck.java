package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;

/** The application will be able to write to the target. */
final class TargetReadOnlyDefaultCheck implements Check {
    private static final Set<String> OFF = Set.of("off", "false", "no", "0");

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.TARGET_READ_ONLY_DEFAULT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (StoredSettings.Stored stored : StoredSettings.ofTarget(context, "default_transaction_read_only")) {
            if (!OFF.contains(stored.value().toLowerCase(Locale.ROOT))) {
                context.add(
                        FindingCode.TARGET_READ_ONLY_DEFAULT,
                        stored.owner(),
                        stored.owner() + " on the target has default_transaction_read_only = " + stored.value()
                                + ": Godwit writes regardless, the application would fail after the cutover",
                        "no such setting at the cutover",
                        stored.reset());
            }
        }
    }
}
