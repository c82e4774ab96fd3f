package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import java.sql.SQLException;
import java.util.Set;

/** Changes of rows that an extension keeps to itself are not sent. */
final class ExtensionConfigurationCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.EXTENSION_CONFIGURATION);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (Table table : context.catalog().tables()) {
            Table.ExtensionConfiguration configuration = table.configurationOrNull();
            if (configuration != null
                    && !configuration.condition().isBlank()
                    && ConfigurationRows.streamed(context.source(), table).isEmpty()) {
                context.add(
                        FindingCode.EXTENSION_CONFIGURATION,
                        table.name().toString(),
                        "of table " + table.name() + ", which extension " + configuration.extension()
                                + " made, only rows are copied that the extension has for the user's ("
                                + configuration.condition()
                                + "), but all changes are sent, since the source is older than 15 or the condition is about"
                                + " more than the replica identity: one to another row may stop the migration",
                        "no change to other rows during the migration",
                        "exclude " + table.name() + " from the table filter if it changes");
            }
        }
    }
}
