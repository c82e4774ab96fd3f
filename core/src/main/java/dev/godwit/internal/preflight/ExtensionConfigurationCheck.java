package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import java.util.Set;

/** Extensions do not keep only some rows of their tables for the user. */
final class ExtensionConfigurationCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.EXTENSION_CONFIGURATION);
    }

    @Override
    public void run(CheckContext context) {
        for (Table table : context.catalog().tables()) {
            Table.ExtensionConfiguration configuration = table.configurationOrNull();
            if (configuration != null && !configuration.condition().isBlank()) {
                context.add(
                        FindingCode.EXTENSION_CONFIGURATION,
                        table.name().toString(),
                        "of table " + table.name() + ", which extension " + configuration.extension()
                                + " made, only rows are copied that the extension has for the user's ("
                                + configuration.condition()
                                + "), but all changes are sent: one to another row stops the migration",
                        "no change to other rows during the migration",
                        "exclude " + table.name() + " from the table filter if it changes");
            }
        }
    }
}
