package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import dev.godwit.schema.TableName;
import java.sql.SQLException;
import java.util.Set;

/** No partition or child table is selected without its parent. */
final class ParentLeftOutCheck implements Check {

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.PARENT_LEFT_OUT);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Set<TableName> selected = TableTrees.selected(context);
        for (TableTrees.Child child : TableTrees.children(context)) {
            if (selected.contains(child.name()) && !selected.contains(child.parent())) {
                context.add(
                        FindingCode.PARENT_LEFT_OUT,
                        child.name().toString(),
                        child.kind() + " " + child.name() + " is selected, but its parent " + child.parent()
                                + " is not",
                        "both, or neither",
                        "include " + child.parent() + " in the table filter, or exclude " + child.name());
            }
        }
    }
}
