package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.util.Set;

/** There is something to migrate. */
final class SelectedTablesCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.NO_TABLES);
    }

    @Override
    public void run(CheckContext context) {
        if (context.catalog().tables().isEmpty()) {
            context.add(
                    FindingCode.NO_TABLES,
                    "source",
                    "no table of the source is selected (" + context.plan().tables() + ")",
                    "at least one",
                    "check the table filter and the source's database");
        }
    }
}
