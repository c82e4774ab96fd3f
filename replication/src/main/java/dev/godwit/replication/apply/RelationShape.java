package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.TableRows;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.RelationColumn;
import dev.godwit.replication.pgoutput.ReplicaIdentity;
import java.util.List;

/**
 * A table of the source as its rows are sent.
 *
 * @param id its OID, which outlasts its name
 * @param name its name
 * @param columns its columns in their order
 * @param identified whether updates and deletes tell which row they mean
 */
record RelationShape(long id, RelationName name, List<Column> columns, boolean identified) {

    /**
     * A column.
     *
     * @param name its name
     * @param typeOid its type's OID on the source
     * @param typeModifier its type's modifier, -1 for none
     */
    record Column(String name, long typeOid, int typeModifier) {

        /** Reads what {@link #toString} has written. */
        static Column parse(String text) {
            String[] parts = text.split(" ", 3);
            return new Column(parts[2], Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
        }

        /** The name comes last, since it may hold anything. */
        @Override
        public String toString() {
            return typeOid + " " + typeModifier + " " + name;
        }
    }

    static RelationShape of(PgOutputMessage.Relation relation) {
        return new RelationShape(
                Integer.toUnsignedLong(relation.id()),
                new RelationName(relation.schema(), relation.name()),
                relation.columns().stream()
                        .map(column -> new Column(
                                column.name(), Integer.toUnsignedLong(column.typeOid()), column.typeModifier()))
                        .toList(),
                relation.replicaIdentity() == ReplicaIdentity.FULL
                        || relation.columns().stream().anyMatch(RelationColumn::partOfKey));
    }

    RelationShape named(RelationName other) {
        return new RelationShape(id, other, columns, identified);
    }

    /** The columns that are sent where not all are published; they keep their order. */
    RelationShape of(TableRows part) {
        return new RelationShape(
                id,
                name,
                columns.stream().filter(column -> part.holds(column.name())).toList(),
                identified);
    }

    List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }
}
