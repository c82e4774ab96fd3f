package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import java.util.StringJoiner;

/**
 * Writes the statement of a shape. The order of its parameters is that of {@link RowBinder}.
 *
 * <p>Values to store are parameters without a type, which the server reads as the column's type. Values to find a row by are
 * cast to it, since an operator alone would not tell (composite types, {@code char(n)}), and the operator is named with its
 * schema, as the search path is empty.
 */
final class StatementWriter {

    private final TableMapping mapping;
    private final Shape shape;

    StatementWriter(TableMapping mapping, Shape shape) {
        this.mapping = mapping;
        this.shape = shape;
    }

    String write() {
        String only = mapping.table().only();
        return switch (shape.kind()) {
            case INSERT -> insert();
            case UPDATE -> "UPDATE " + only + " SET " + assignments() + " WHERE " + condition();
            case DELETE -> "DELETE FROM " + only + " WHERE " + condition();
            case PROBE -> "SELECT pg_catalog.count(*) FROM " + only + " WHERE " + condition();
        };
    }

    private String insert() {
        StringJoiner names = new StringJoiner(", ");
        StringJoiner values = new StringJoiner(", ");
        for (int i = 0; i < mapping.columnCount(); i++) {
            if (!mapping.column(i).generated()) {
                names.add(quoted(i));
                values.add("?");
            }
        }
        String into = "INSERT INTO " + mapping.name().quoted();
        return names.length() == 0
                ? into + " DEFAULT VALUES"
                : into + " (" + names + ") OVERRIDING SYSTEM VALUE VALUES (" + values + ")";
    }

    private String assignments() {
        StringJoiner assignments = new StringJoiner(", ");
        shape.set().stream().forEach(i -> assignments.add(quoted(i) + " = ?"));
        return assignments.toString();
    }

    private String condition() {
        StringJoiner conditions = new StringJoiner(" AND ");
        switch (shape.locator()) {
            case SOURCE_KEY -> addEqual(conditions, mapping.sourceKey());
            case TARGET_KEY -> addEqual(conditions, mapping.targetKey());
            case WHOLE_ROW -> {
                // Partitions number their rows each for itself.
                String place = mapping.table().partitioned() ? "tableoid, ctid" : "ctid";
                conditions.add("(" + place + ") = (SELECT " + place + " FROM "
                        + mapping.table().only() + wholeRow() + " LIMIT 1)");
            }
        }
        shape.guards().stream().forEach(i -> conditions.add(equal(i)));
        return conditions.toString();
    }

    private void addEqual(StringJoiner conditions, int[] columns) {
        for (int column : columns) {
            conditions.add(equal(column));
        }
    }

    /**
     * Operator-equal values may still differ (1.0 and 1.00), so the text, in the target's own form, decides. It is compared byte by
     * byte: of its own, it keeps the column's collation, also that of an array's elements, by which 'A' may equal 'a'.
     */
    private String wholeRow() {
        StringJoiner conditions = new StringJoiner(" AND ", " WHERE ", "");
        conditions.setEmptyValue("");
        for (int i = 0; i < mapping.columnCount(); i++) {
            TargetColumn column = mapping.column(i);
            if (column.generated()) {
                continue;
            }
            if (shape.nulls().get(i)) {
                conditions.add(quoted(i) + " IS NOT DISTINCT FROM NULL");
                continue;
            }
            if (column.equalitySchema() != null) {
                conditions.add(equal(i));
            }
            conditions.add(quoted(i) + "::pg_catalog.text COLLATE pg_catalog.\"C\" OPERATOR(pg_catalog.=) (?::"
                    + column.type() + ")::pg_catalog.text");
        }
        return conditions.toString();
    }

    private String equal(int i) {
        TargetColumn column = mapping.column(i);
        String schema = column.equalitySchema() == null ? "pg_catalog" : column.equalitySchema();
        return quoted(i) + " OPERATOR(" + RelationName.quote(schema) + ".=) ?::" + column.type();
    }

    private String quoted(int i) {
        return RelationName.quote(mapping.column(i).name());
    }
}
