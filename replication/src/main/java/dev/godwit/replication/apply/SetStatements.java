package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import java.util.BitSet;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the statements that apply many changes of a table at once. Each takes one array per column, whose elements make up
 * the rows.
 */
final class SetStatements {

    private final TableMapping mapping;

    SetStatements(TableMapping mapping) {
        this.mapping = mapping;
    }

    String copy() {
        return IntStream.of(mapping.storedColumns())
                .mapToObj(this::quoted)
                .collect(Collectors.joining(", ", "COPY " + mapping.name().quoted() + " (", ") FROM STDIN"));
    }

    /** Arrays of the locating columns. */
    String delete() {
        int[] key = mapping.locatedBy();
        String from = "DELETE FROM " + mapping.table().only() + " AS t";
        return key.length == 1 && mapping.column(key[0]).arrayable()
                ? from + " WHERE " + operand(key[0]) + " ANY (" + array(key[0]) + ")"
                : from + " USING " + rows(key) + " WHERE " + matches();
    }

    /** Arrays of the locating columns; gives how many rows there are. */
    String count() {
        return "SELECT pg_catalog.count(*) FROM " + mapping.table().only() + " AS t, " + rows(mapping.locatedBy())
                + " WHERE " + matches();
    }

    /** Arrays of the locating columns, then of those to set. */
    String update(BitSet set) {
        int[] columns = IntStream.concat(IntStream.of(mapping.locatedBy()), set.stream())
                .toArray();
        StringJoiner assignments = new StringJoiner(", ");
        set.stream().forEach(i -> assignments.add(quoted(i) + " = " + value(i)));
        return "UPDATE " + mapping.table().only() + " AS t SET " + assignments + " FROM " + rows(columns) + " WHERE "
                + matches();
    }

    private String rows(int[] columns) {
        StringJoiner arrays = new StringJoiner(", ", "ROWS FROM (", ")");
        StringJoiner names = new StringJoiner(", ", " AS s (", ")");
        for (int column : columns) {
            arrays.add("pg_catalog.unnest(" + array(column) + ")");
            names.add(name(column));
        }
        return arrays + "" + names;
    }

    private String array(int column) {
        TargetColumn type = mapping.column(column);
        return "?::" + (type.arrayable() ? type.type() : "pg_catalog.text") + "[]";
    }

    private static String name(int column) {
        return "c" + column;
    }

    private String value(int column) {
        TargetColumn type = mapping.column(column);
        return "s." + name(column) + (type.arrayable() ? "" : "::" + type.type());
    }

    private String matches() {
        return IntStream.of(mapping.locatedBy())
                .mapToObj(i -> operand(i) + " " + value(i))
                .collect(Collectors.joining(" AND "));
    }

    private String operand(int column) {
        String schema = mapping.column(column).equalitySchema();
        return "t." + quoted(column) + " OPERATOR(" + RelationName.quote(schema == null ? "pg_catalog" : schema)
                + ".=)";
    }

    private String quoted(int column) {
        return RelationName.quote(mapping.column(column).name());
    }
}
