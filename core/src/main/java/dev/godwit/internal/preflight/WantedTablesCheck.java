package dev.godwit.internal.preflight;

import dev.godwit.schema.Table;
import java.sql.SQLException;

/** Each table that rows or columns are chosen of is one that is migrated. */
final class WantedTablesCheck implements Check {

    @Override
    public void run(CheckContext context) throws SQLException {
        for (String name : context.plan()
                .rows()
                .unknown(context.catalog().tables().stream().map(Table::name).toList())) {
            context.blocker(
                    "row-filter-table",
                    name,
                    "rows or columns are chosen of table " + name
                            + ", and the table filter selects no table of this name on the source",
                    "give its name as schema.table as the catalog has it, let the table filter select it, or leave out the"
                            + " choice");
        }
    }
}
