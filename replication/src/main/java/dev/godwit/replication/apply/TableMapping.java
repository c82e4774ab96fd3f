package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.RelationColumn;
import dev.godwit.replication.pgoutput.ReplicaIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** How the rows that the source sends fit a table of the target: columns by name, and what identifies a row. */
final class TableMapping {

    private final PgOutputMessage.Relation relation;
    private final TargetTable table;
    private final TargetColumn[] columns;
    /** Indexes of the columns that the source says identify a row. */
    private final int[] sourceKey;
    /** Indexes of the target's own key; empty if it has none, or the source does not send all of it. */
    private final int[] targetKey;

    TableMapping(PgOutputMessage.Relation relation, TargetTable table) {
        this.relation = relation;
        this.table = table;
        columns = match(relation, table);
        sourceKey = sourceKey(relation);
        targetKey = targetKey(relation, table);
    }

    private static TargetColumn[] match(PgOutputMessage.Relation relation, TargetTable table) {
        TargetColumn[] matched = new TargetColumn[relation.columns().size()];
        StringJoiner missing = new StringJoiner(", ");
        for (int i = 0; i < matched.length; i++) {
            String name = relation.columns().get(i).name();
            TargetColumn column = table.columns().get(name);
            if (column == null) {
                missing.add("\"" + name + "\"");
            } else {
                matched[i] = column;
            }
        }
        if (missing.length() > 0) {
            throw new ReplicationException("table " + table.name() + " of the target lacks the column(s) " + missing
                    + " that the source sends; add them there, then go on");
        }
        return matched;
    }

    private static int[] sourceKey(PgOutputMessage.Relation relation) {
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < relation.columns().size(); i++) {
            if (relation.columns().get(i).partOfKey()) {
                indexes.add(i);
            }
        }
        return indexes.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] targetKey(PgOutputMessage.Relation relation, TargetTable table) {
        List<String> names =
                relation.columns().stream().map(RelationColumn::name).toList();
        int[] indexes = table.key().stream().mapToInt(names::indexOf).toArray();
        for (int index : indexes) {
            if (index < 0) {
                return new int[0];
            }
        }
        return indexes;
    }

    RelationName name() {
        return table.name();
    }

    TargetTable table() {
        return table;
    }

    boolean isFull() {
        return relation.replicaIdentity() == ReplicaIdentity.FULL;
    }

    int columnCount() {
        return columns.length;
    }

    TargetColumn column(int index) {
        return columns[index];
    }

    int[] sourceKey() {
        return sourceKey;
    }

    int[] targetKey() {
        return targetKey;
    }
}
