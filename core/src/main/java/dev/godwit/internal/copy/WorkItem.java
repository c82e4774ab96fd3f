package dev.godwit.internal.copy;

import dev.godwit.schema.SchemaStep;
import dev.godwit.schema.Table;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something for a worker: a table's copy, or what is built on a table that is copied.
 *
 * @param name what it is about, for messages
 * @param table the table to copy, null if there is nothing to copy
 * @param steps what is to be built afterwards, in order
 * @param weight larger ones go first
 */
record WorkItem(String name, @Nullable Table table, List<SchemaStep> steps, long weight)
        implements Comparable<WorkItem> {

    static WorkItem copy(Table table, List<SchemaStep> steps) {
        return new WorkItem("table " + table.name(), table, steps, table.size().totalBytes());
    }

    static WorkItem steps(Table table, List<SchemaStep> steps) {
        return new WorkItem("table " + table.name(), null, steps, table.size().totalBytes());
    }

    static WorkItem steps(String name, List<SchemaStep> steps) {
        return new WorkItem(name, null, steps, 0);
    }

    /** What is left when the rows are in; as heavy as before, so that a large table's indexes start at once. */
    WorkItem withoutCopy() {
        return new WorkItem(name, null, steps, weight);
    }

    @Override
    public int compareTo(WorkItem other) {
        return Long.compare(other.weight, weight);
    }
}
