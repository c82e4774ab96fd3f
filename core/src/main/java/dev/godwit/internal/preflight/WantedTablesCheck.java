package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.Table;
import java.sql.SQLException;
import java.util.Set;

/** Each table that rows or columns are chosen of is one that is migrated. */
final class WantedTablesCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.ROW_FILTER_TABLE);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        for (String name : context.plan()
                .rows()
                .unknown(context.catalog().tables().stream().map(Table::name).toList())) {
            context.add(
                    FindingCode.ROW_FILTER_TABLE,
                    name,
                    "rows or columns are chosen of table " + name
                            + ", and the table filter selects no table of this name on the source",
                    "a table that is migrated",
                    "give its name as schema.table as the catalog has it, let the table filter select it, or leave out the"
                            + " choice");
        }
    }
}
