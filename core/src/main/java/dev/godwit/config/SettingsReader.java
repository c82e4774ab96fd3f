package dev.godwit.config;

import dev.godwit.TablePattern;
import dev.godwit.schema.PreparerDescription;
import dev.godwit.schema.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads Godwit's own options, those that a task and each of its databases can have. */
final class SettingsReader {
    private static final List<String> TABLES = List.of("exclude", "rows", "columns");

    private final Problems problems;

    SettingsReader(Problems problems) {
        this.problems = problems;
    }

    /** Gives the names that are known, with further ones before them. */
    static List<String> known(String... more) {
        return Stream.of(
                        Stream.of(more),
                        Stream.of("schema", "tables"),
                        OptionGroups.ALL.stream().map(OptionGroup::name))
                .flatMap(names -> names)
                .toList();
    }

    Settings read(Fields fields) {
        Map<Option<?, ?, ?>, Object> options = new LinkedHashMap<>();
        for (OptionGroup<?, ?> group : OptionGroups.ALL) {
            JsonValue value = fields.value(group.name());
            if (value != null) {
                group.read(value, fields.path(group.name()), problems, options);
            }
        }
        JsonValue value = fields.value("tables");
        Fields tables = value == null ? null : Fields.of(value, fields.path("tables"), problems, TABLES);
        return tables == null
                ? new Settings(options, schema(fields), List.of(), Map.of(), Map.of())
                : new Settings(options, schema(fields), patterns(tables, "exclude"), rows(tables), columns(tables));
    }

    private @Nullable PreparerDescription schema(Fields fields) {
        JsonValue value = fields.value("schema");
        return value == null ? null : new PreparerReader(problems).read(value, fields.path("schema"));
    }

    /** Reads a list of patterns. */
    List<TablePattern> patterns(Fields fields, String name) {
        List<TablePattern> patterns = new ArrayList<>();
        List<JsonValue> elements = fields.list(name);
        for (int i = 0; i < elements.size(); i++) {
            JsonValue element = elements.get(i);
            String path = fields.path(name) + "[" + i + "]";
            try {
                TablePattern pattern = TablePattern.parse(Forms.TEXT.read(element));
                if (patterns.contains(pattern)) {
                    problems.add(element.place(), path, "'" + pattern + "' is given twice; leave one out");
                }
                patterns.add(pattern);
            } catch (IllegalArgumentException e) {
                problems.add(element.place(), path, Problems.oneLine(e));
            }
        }
        return patterns;
    }

    private Map<TableName, String> rows(Fields tables) {
        Map<TableName, String> rows = new LinkedHashMap<>();
        tables.object("rows").forEach((name, member) -> {
            String path = JsonReader.member(tables.path("rows"), name);
            Optional<TableName> table = table(name, member.place(), path);
            try {
                String condition = Forms.TEXT.read(member.value());
                if (condition.isBlank() || condition.indexOf('\0') >= 0) {
                    problems.add(
                            member.value().place(), path, "must be a condition in SQL, not blank, without zero bytes");
                } else if (table.isPresent() && rows.put(table.get(), condition) != null) {
                    problems.add(member.place(), path, "the rows of this table are given twice; leave one out");
                }
            } catch (IllegalArgumentException e) {
                problems.add(member.value().place(), path, Problems.oneLine(e));
            }
        });
        return rows;
    }

    private Map<TableName, List<String>> columns(Fields tables) {
        Map<TableName, List<String>> columns = new LinkedHashMap<>();
        JsonValue value = tables.value("columns");
        Fields byTable = value == null ? null : Fields.ofAny(value, tables.path("columns"), problems);
        if (byTable == null) {
            return columns;
        }
        for (String name : byTable.names()) {
            Optional<TableName> table = table(name, byTable.place(name), byTable.path(name));
            List<String> names = columnNames(byTable, name);
            JsonValue given = byTable.value(name);
            if (names.isEmpty() && (given == null || given instanceof JsonValue.Arr)) {
                byTable.problem(name, "must be a list of at least one column; leave the table out for all columns");
            } else if (table.isPresent() && !names.isEmpty() && columns.put(table.get(), names) != null) {
                byTable.problem(name, "the columns of this table are given twice; leave one out");
            }
        }
        return columns;
    }

    private List<String> columnNames(Fields byTable, String table) {
        List<String> names = new ArrayList<>();
        List<JsonValue> elements = byTable.list(table);
        for (int i = 0; i < elements.size(); i++) {
            JsonValue element = elements.get(i);
            String path = byTable.path(table) + "[" + i + "]";
            try {
                String column = Forms.TEXT.read(element);
                if (column.isEmpty() || names.contains(column)) {
                    problems.add(
                            element.place(),
                            path,
                            column.isEmpty() ? "must not be empty" : "is given twice; leave one out");
                }
                names.add(column);
            } catch (IllegalArgumentException e) {
                problems.add(element.place(), path, Problems.oneLine(e));
                names.add("");
            }
        }
        return names;
    }

    private Optional<TableName> table(String name, Place place, String path) {
        try {
            Optional<TableName> table = TablePattern.parse(name).name();
            if (table.isEmpty()) {
                problems.add(
                        place, path, "must name one table, schema.table, and holds a *; quote a name that does so");
            }
            return table;
        } catch (IllegalArgumentException e) {
            problems.add(place, path, Problems.oneLine(e));
            return Optional.empty();
        }
    }
}
