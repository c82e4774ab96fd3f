package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.RelationColumn;
import dev.godwit.replication.pgoutput.ReplicaIdentity;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/** How the rows that the source sends fit a table of the target: columns by name, and what identifies a row. */
final class TableMapping {

    private final PgOutputMessage.Relation relation;
    private final TargetTable table;
    private final TargetColumn[] columns;
    /** Indexes of the columns that the source says identify a row. */
    private final int[] sourceKey;
    /** Indexes of the target's own key; empty if it has none, or the source does not send all of it. */
    private final int[] targetKey;
    /** Indexes of the columns by whose values, through an index of the target, each row is found; may be empty. */
    private final int[] locator;

    private final BitSet located = new BitSet();
    private final int[] stored;
    private final boolean updatable;
    private final boolean columnsOfItsOwn;

    TableMapping(PgOutputMessage.Relation relation, TargetTable table) {
        this.relation = relation;
        this.table = table;
        columns = match(relation, table);
        sourceKey = sourceKey(relation);
        targetKey = targetKey(relation, table);
        locator = locator();
        for (int column : locator) {
            located.set(column);
        }
        stored = IntStream.range(0, columns.length)
                .filter(i -> !columns[i].generated())
                .toArray();
        updatable = IntStream.range(0, columns.length).noneMatch(i -> columns[i].identityAlways() && !located.get(i));
        columnsOfItsOwn = table.columns().values().stream()
                        .filter(column -> !column.generated())
                        .count()
                > stored.length;
    }

    private int[] locator() {
        if (targetKey.length == 0 || isFull()) {
            return targetKey;
        }
        BitSet source = new BitSet();
        for (int column : sourceKey) {
            source.set(column);
        }
        for (int column : targetKey) {
            if (!source.get(column)) {
                return new int[0];
            }
        }
        return sourceKey;
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

    PgOutputMessage.Relation relation() {
        return relation;
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

    /** Gives the columns that a set of rows is found by; empty if each row has to be looked for by itself. */
    int[] locatedBy() {
        return locator;
    }

    boolean isLocator(int column) {
        return located.get(column);
    }

    /** Tells whether every column that may change can be set. */
    boolean isUpdatable() {
        return updatable;
    }

    /** Gives the indexes of the columns whose values the target stores as they are sent. */
    int[] storedColumns() {
        return stored;
    }

    /** Tells whether the target's table has columns that the source does not send, and the server does not compute. */
    boolean hasColumnsOfItsOwn() {
        return columnsOfItsOwn;
    }
}
