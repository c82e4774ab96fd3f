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
 * Only the first dot separates schema and table. Partitions are matched by their own names, and a partition's parents
 * follow it.
 */
public final class TableFilter implements Predicate<TableName> {
    private final List<Pattern> included;
    private final List<Pattern> excluded;
    private final String description;

    private TableFilter(List<Pattern> included, List<Pattern> excluded, String description) {
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
        List<Pattern> more = new ArrayList<>(excluded);
        more.addAll(compile(patterns));
        return new TableFilter(included, more, description + " without " + String.join(", ", patterns));
    }

    @Override
    public boolean test(TableName table) {
        String name = table.schema() + "." + table.name();
        return (included.isEmpty() || matches(included, name)) && !matches(excluded, name);
    }

    private static boolean matches(List<Pattern> patterns, String name) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }

    private static List<Pattern> compile(String... patterns) {
        List<Pattern> compiled = new ArrayList<>();
        for (String pattern : patterns) {
            int dot = pattern.indexOf('.');
            if (dot < 1 || dot == pattern.length() - 1) {
                throw new IllegalArgumentException(
                        "a table pattern has the form schema.table, with * for any characters; not '" + pattern + "'");
            }
            String regex =
                    Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
            compiled.add(Pattern.compile(regex, Pattern.DOTALL));
        }
        return compiled;
    }

    /** Gives the selection in words. */
    @Override
    public String toString() {
        return description;
    }
}
