package dev.godwit.testkit;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A table as a comparison sees it.
 *
 * @param schema its schema
 * @param relation its name
 * @param columns by name, in alphabetical order: attribute numbers may differ between two servers
 * @param primaryKey names of the key's columns in key order, empty without one
 */
record ComparedTable(String schema, String relation, NavigableMap<String, Column> columns, List<String> primaryKey) {
    /**
     * A column.
     *
     * @param type as format_type says
     * @param text SQL expression of its value as text, SQL null for null
     */
    record Column(String type, String text) {}

    String name() {
        return schema + "." + relation;
    }

    String sqlName() {
        return Sql.identifier(schema) + "." + Sql.identifier(relation);
    }

    Map<String, String> columnTypes() {
        Map<String, String> types = new TreeMap<>();
        columns.forEach((name, column) -> types.put(name, column.type()));
        return types;
    }

    /** Injective: each value is preceded by its length, null has none. */
    String encoded(Collection<String> names) {
        if (names.isEmpty()) {
            return "''::text";
        }
        return names.stream()
                .map(this::expression)
                .map(text -> "coalesce(length(" + text + ") || ':' || " + text + ", 'N')")
                .collect(Collectors.joining(" || ','::text || "));
    }

    /** For people to read. */
    String shown(Collection<String> names) {
        return names.stream()
                .map(name -> "coalesce(" + Sql.identifier(name) + "::text, 'null')")
                .collect(Collectors.joining(" || ', '::text || "));
    }

    private String expression(String name) {
        Column column = columns.get(name);
        if (column == null) {
            throw new IllegalArgumentException("No column " + name + " in " + name());
        }
        return column.text();
    }
}
