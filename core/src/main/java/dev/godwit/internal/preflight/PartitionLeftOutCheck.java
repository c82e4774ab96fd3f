package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.TableName;
import java.sql.SQLException;
import java.util.Set;

/** No table is selected without all of its partitions and child tables. */
final class PartitionLeftOutCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.PARTITION_LEFT_OUT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Set<TableName> selected = TableTrees.selected(context);
        for (TableTrees.Child child : TableTrees.children(context)) {
            if (selected.contains(child.parent()) && !selected.contains(child.name())) {
                context.add(
                        FindingCode.PARTITION_LEFT_OUT,
                        child.name().toString(),
                        child.kind() + " " + child.name() + " is left out, but its parent " + child.parent()
                                + " is selected: its rows will be missing there, and a foreign key to one of them fails",
                        "the whole tree, unless the rows are to stay behind",
                        "include " + child.name() + " in the table filter, unless its rows are to stay behind");
            }
        }
    }
}
