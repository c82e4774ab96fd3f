package dev.godwit.internal.preflight;

import dev.godwit.schema.CatalogReader;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Collectors;

/** The table filter does not tear partitions and children from their parents without anybody noticing. */
final class TableTreesCheck implements Check {

    @Override
    public void run(CheckContext context) throws SQLException {
        Set<TableName> selected =
                context.catalog().tables().stream().map(Table::name).collect(Collectors.toSet());
        for (Table table : CatalogReader.read(context.source(), name -> true).tables()) {
            for (TableName parent : table.parents()) {
                check(context, table, parent, selected);
            }
        }
    }

    private static void check(CheckContext context, Table table, TableName parent, Set<TableName> selected) {
        String kind = table.isPartition() ? "partition " : "child table ";
        if (selected.contains(table.name()) && !selected.contains(parent)) {
            context.blocker(
                    "parent-left-out",
                    table.name().toString(),
                    kind + table.name() + " is selected, but its parent " + parent + " is not",
                    "include " + parent + " in the table filter, or exclude " + table.name());
        } else if (selected.contains(parent) && !selected.contains(table.name())) {
            context.warning(
                    "partition-left-out",
                    table.name().toString(),
                    kind + table.name() + " is left out, but its parent " + parent
                            + " is selected: its rows will be missing there, and a foreign key to one of them fails",
                    "include " + table.name() + " in the table filter, unless its rows are to stay behind");
        }
    }
}
