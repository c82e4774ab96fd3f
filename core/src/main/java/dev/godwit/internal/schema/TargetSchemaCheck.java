package dev.godwit.internal.schema;

import dev.godwit.schema.Catalog;
import dev.godwit.schema.Column;
import dev.godwit.schema.Sequence;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether the target has everything that copy and apply need, whoever prepared it. */
public final class TargetSchemaCheck {

    private TargetSchemaCheck() {}

    /** Lists what is missing, each in one sentence that names the object; empty if nothing is. */
    public static List<String> problems(Catalog source, Catalog target) {
        Map<TableName, Table> there = new HashMap<>();
        target.tables().forEach(table -> there.put(table.name(), table));
        List<String> problems = new ArrayList<>();
        for (Table table : source.tables()) {
            Table namesake = there.get(table.name());
            if (namesake == null) {
                problems.add("table " + table.name() + " does not exist on the target");
            } else {
                compare(table, namesake, problems);
            }
        }
        Set<TableName> sequences =
                target.sequences().stream().map(Sequence::name).collect(Collectors.toSet());
        for (Sequence sequence : source.sequences()) {
            if (!sequences.contains(sequence.name())) {
                problems.add("sequence " + sequence.name() + " does not exist on the target");
            }
        }
        return problems;
    }

    private static void compare(Table source, Table target, List<String> problems) {
        if (source.kind() != target.kind()) {
            problems.add("table " + source.name() + " is " + source.kind() + " on the source and " + target.kind()
                    + " on the target");
            return;
        }
        for (Column column : source.copyColumns()) {
            Column namesake = target.column(column.name()).orElse(null);
            if (namesake == null) {
                problems.add("column " + source.name() + "." + column.name() + " does not exist on the target");
            } else if (namesake.generated() != Column.Generated.NONE) {
                problems.add("column " + source.name() + "." + column.name()
                        + " is generated on the target but not on the source");
            } else if (!namesake.type().equals(column.type())) {
                problems.add("column " + source.name() + "." + column.name() + " is " + column.type()
                        + " on the source and " + namesake.type() + " on the target");
            }
        }
    }
}
