package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import java.util.BitSet;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the statements that apply many changes of a table at once. Each takes one array per column, whose elements make up
 * the rows, and the arrays of the locating columns at its end once more.
 *
 * <p>The table is restricted to the rows of these keys before it is joined, by what the planner cannot but look up in the index
 * of the key: statistics from when the table was empty would make it read the whole table for each row otherwise.
 */
final class SetStatements {

    private final TableMapping mapping;
    private final int[] key;

    SetStatements(TableMapping mapping) {
        this.mapping = mapping;
        key = mapping.locatedBy();
    }

    String copy() {
        return IntStream.of(mapping.storedColumns())
                .mapToObj(this::quoted)
                .collect(Collectors.joining(", ", "COPY " + mapping.name().quoted() + " (", ") FROM STDIN"));
    }

    /** Arrays of the locating columns, twice. */
    String delete() {
        return "DELETE FROM " + mapping.table().only() + " AS t USING " + rows(key, "s") + " WHERE " + matches();
    }

    /** Arrays of the locating columns, twice; gives how many rows there are. */
    String count() {
        return "SELECT pg_catalog.count(*) FROM " + mapping.table().only() + " AS t, " + rows(key, "s") + " WHERE "
                + matches();
    }

    /** Arrays of the locating columns, of those to set, and of the locating ones again. */
    String update(BitSet set) {
        int[] columns = IntStream.concat(IntStream.of(key), set.stream()).toArray();
        StringJoiner assignments = new StringJoiner(", ");
        set.stream().forEach(i -> assignments.add(quoted(i) + " = " + value("s", i)));
        return "UPDATE " + mapping.table().only() + " AS t SET " + assignments + " FROM " + rows(columns, "s")
                + " WHERE " + matches();
    }

    /** In a list of columns the arrays are taken apart side by side; in FROM each would be stored first. */
    private String rows(int[] columns, String alias) {
        return IntStream.of(columns)
                .mapToObj(column -> "pg_catalog.unnest(" + array(column) + ") AS " + name(column))
                .collect(Collectors.joining(", ", "(SELECT ", ") AS " + alias));
    }

    private String array(int column) {
        TargetColumn type = mapping.column(column);
        return "?::" + (type.arrayable() ? type.type() : "pg_catalog.text") + "[]";
    }

    private static String name(int column) {
        return "c" + column;
    }

    private String value(String alias, int column) {
        TargetColumn type = mapping.column(column);
        return alias + "." + name(column) + (type.arrayable() ? "" : "::" + type.type());
    }

    private String matches() {
        return equal("t", "s") + " AND " + restriction();
    }

    private String restriction() {
        if (key.length == 1 && mapping.column(key[0]).arrayable()) {
            return operand("t", key[0]) + " ANY (" + array(key[0]) + ")";
        }
        return "t.ctid OPERATOR(pg_catalog.=) ANY (ARRAY(SELECT (SELECT x.ctid FROM "
                + mapping.table().only() + " AS x WHERE " + equal("x", "k") + ") FROM " + rows(key, "k") + "))";
    }

    private String equal(String table, String rows) {
        return IntStream.of(key)
                .mapToObj(i -> operand(table, i) + " " + value(rows, i))
                .collect(Collectors.joining(" AND "));
    }

    private String operand(String table, int column) {
        String schema = mapping.column(column).equalitySchema();
        return table + "." + quoted(column) + " OPERATOR(" + RelationName.quote(schema == null ? "pg_catalog" : schema)
                + ".=)";
    }

    private String quoted(int column) {
        return RelationName.quote(mapping.column(column).name());
    }
}
