package dev.godwit;

import dev.godwit.schema.TableName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which tables are migrated. Immutable; each method gives a new filter.
 *
 * <p>A pattern is {@code schema.table}, exactly as the catalog has the names, in which {@code *} stands for any characters.
 * Only the first dot separates schema and table; a schema whose own name holds a dot is matched with a {@code *} in its
 * place. Partitions are matched by their own names, and a partition's parents
 * follow it.
 */
public final class TableFilter implements Predicate<TableName> {
    private final List<TablePattern> included;
    private final List<TablePattern> excluded;
    private final String description;

    private TableFilter(List<TablePattern> included, List<TablePattern> excluded, String description) {
        this.included = List.copyOf(included);
        this.excluded = List.copyOf(excluded);
        this.description = description;
    }

    /**
     * Selects every table of the database.
     *
     * @return the filter
     */
    public static TableFilter all() {
        return new TableFilter(List.of(), List.of(), "all tables");
    }

    /**
     * Selects the tables that match one of the patterns.
     *
     * @param patterns at least one pattern
     * @return the filter
     * @throws IllegalArgumentException if there is no pattern, or one has no dot
     */
    public static TableFilter only(String... patterns) {
        if (patterns.length == 0) {
            throw new IllegalArgumentException(
                    "TableFilter.only needs at least one pattern; TableFilter.all() selects all");
        }
        return new TableFilter(compile(patterns), List.of(), "only " + String.join(", ", patterns));
    }

    /**
     * Leaves out the tables that match one of the patterns.
     *
     * @param patterns the patterns
     * @return a new filter
     * @throws IllegalArgumentException if a pattern has no dot
     */
    public TableFilter exclude(String... patterns) {
        List<TablePattern> more = new ArrayList<>(excluded);
        more.addAll(compile(patterns));
        return new TableFilter(included, more, description + " without " + String.join(", ", patterns));
    }

    @Override
    public boolean test(TableName table) {
        return (included.isEmpty() || matches(included, table)) && !matches(excluded, table);
    }

    private static boolean matches(List<TablePattern> patterns, TableName table) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(table));
    }

    private static List<TablePattern> compile(String... patterns) {
        List<TablePattern> compiled = new ArrayList<>();
        for (String pattern : patterns) {
            int dot = pattern.indexOf('.');
            if (dot < 1 || dot == pattern.length() - 1) {
                throw new IllegalArgumentException(
                        "a table pattern has the form schema.table, with * for any characters; not '" + pattern + "'");
            }
            compiled.add(new TablePattern(glob(pattern.substring(0, dot)), glob(pattern.substring(dot + 1))));
        }
        return compiled;
    }

    private static Pattern glob(String pattern) {
        String regex =
                Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        return Pattern.compile(regex, Pattern.DOTALL);
    }

    /** Schema and table are matched apart: names may hold dots, and a {@code *} must not reach over the separator. */
    private record TablePattern(Pattern schema, Pattern table) {
        boolean matches(TableName name) {
            return schema.matcher(name.schema()).matches()
                    && table.matcher(name.name()).matches();
        }
    }

    /** Gives the selection in words. */
    @Override
    public String toString() {
        return description;
    }
}
