package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import java.util.List;
import java.util.Map;

/**
 * A table of the target.
 *
 * @param name its name
 * @param partitioned whether it is a partitioned root, which no {@code ONLY} goes with
 * @param columns its columns by name
 * @param key the columns of its primary key, or of another unique index that identifies a row at once; empty if none
 */
record TargetTable(RelationName name, boolean partitioned, Map<String, TargetColumn> columns, List<String> key) {

    /** The table as UPDATE, DELETE, TRUNCATE and FROM take it. */
    String only() {
        return partitioned ? name.quoted() : "ONLY " + name.quoted();
    }
}
