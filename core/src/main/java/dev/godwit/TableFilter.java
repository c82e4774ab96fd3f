package dev.godwit;

import dev.godwit.replication.TableRows;
import dev.godwit.schema.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which tables are migrated, and which rows and columns of them. Immutable; each method gives a new filter.
 *
 * <p>A pattern is {@code schema.table}, exactly as the catalog has the names, in which {@code *} stands for any characters.
 * Only the first dot separates schema and table; a schema whose own name holds a dot is matched with a {@code *} in its
 * place. Partitions are matched by their own names, and a partition's parents
 * follow it.
 */
public final class TableFilter implements Predicate<TableName> {
    private final List<TablePattern> included;
    private final List<TablePattern> excluded;
    private final Map<String, TableRows> parts;
    private final String description;

    private TableFilter(
            List<TablePattern> included,
            List<TablePattern> excluded,
            Map<String, TableRows> parts,
            String description) {
        this.included = List.copyOf(included);
        this.excluded = List.copyOf(excluded);
        this.parts = Collections.unmodifiableMap(new TreeMap<>(parts));
        this.description = description;
    }

    /**
     * Selects every table of the database.
     *
     * @return the filter
     */
    public static TableFilter all() {
        return new TableFilter(List.of(), List.of(), Map.of(), "all tables");
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
        return new TableFilter(compile(patterns), List.of(), Map.of(), "only " + String.join(", ", patterns));
    }

    /**
     * Selects the tables that match one of the patterns; for names that {@link #only(String...)} cannot tell from others.
     *
     * @param patterns at least one pattern
     * @return the filter
     * @throws IllegalArgumentException if there is no pattern
     */
    public static TableFilter only(List<TablePattern> patterns) {
        if (patterns.isEmpty()) {
            throw new IllegalArgumentException(
                    "TableFilter.only needs at least one pattern; TableFilter.all() selects all");
        }
        return new TableFilter(patterns, List.of(), Map.of(), "only " + joined(patterns));
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
        return new TableFilter(included, more, parts, description + " without " + String.join(", ", patterns));
    }

    /**
     * Leaves out the tables that match one of the patterns; for names that {@link #exclude(String...)} cannot tell from others.
     *
     * @param patterns the patterns; if there is none, nothing is left out
     * @return a new filter
     */
    public TableFilter exclude(List<TablePattern> patterns) {
        if (patterns.isEmpty()) {
            return this;
        }
        List<TablePattern> more = new ArrayList<>(excluded);
        more.addAll(patterns);
        return new TableFilter(included, more, parts, description + " without " + joined(patterns));
    }

    /**
     * Leaves behind the rows of a table that do not meet a condition; its copy and its changes do so alike. An UPDATE that makes a row
     * meet it arrives as INSERT, one after which it does no more as DELETE.
     *
     * <p>The source must be PostgreSQL 15 or newer. The condition may use constants, immutable functions and operators of the server's
     * own, and columns of the replica identity: of others the source would refuse the application's UPDATE and DELETE, so the
     * preflight does. Fixed by the first run.
     *
     * @param table one table, {@code schema.table} as the catalog has the names; a partitioned one stands for its partitions
     * @param condition in SQL, such as {@code region = 'EU'}
     * @return a new filter
     * @throws IllegalArgumentException if the name has no dot, or a {@code *}, the condition is blank, or the table has one already
     * @see <a href="https://www.postgresql.org/docs/current/logical-replication-row-filter.html">PostgreSQL manual: row filters</a>
     */
    public TableFilter rows(String table, String condition) {
        return rowsOf(oneTable(table), condition);
    }

    /**
     * Does what {@link #rows(String, String)} does, for names that cannot be told from others there.
     *
     * @param table the table's name; a partitioned one stands for its partitions
     * @param condition in SQL
     * @return a new filter
     * @throws IllegalArgumentException if the condition is blank, or the table has one already
     */
    public TableFilter rows(TableName table, String condition) {
        return rowsOf(table.toString(), condition);
    }

    private TableFilter rowsOf(String table, String condition) {
        TableRows part = parts.getOrDefault(table, TableRows.ALL);
        if (part.condition().isPresent()) {
            throw new IllegalArgumentException("the rows of table " + table + " were set twice");
        }
        if (condition.isBlank() || condition.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "the condition for rows of table " + table + " is neither blank nor holds a zero byte");
        }
        return with(table, part.where(condition));
    }

    /**
     * Leaves behind the values of all columns of a table but some. The target's table has all of them: the others hold their default, or
     * NULL.
     *
     * <p>The source must be PostgreSQL 15 or newer. The list must hold the primary key, and the replica identity, which must not be
     * FULL. Fixed by the first run.
     *
     * @param table one table, {@code schema.table} as the catalog has the names; a partitioned one stands for its partitions
     * @param columns at least one, as the catalog has the names
     * @return a new filter
     * @throws IllegalArgumentException if the name has no dot, or a {@code *}, a column is named twice or none is, or the table has a
     *     list already
     * @see <a href="https://www.postgresql.org/docs/current/logical-replication-col-lists.html">PostgreSQL manual: column lists</a>
     */
    public TableFilter columns(String table, String... columns) {
        return columnsOf(oneTable(table), columns);
    }

    /**
     * Does what {@link #columns(String, String...)} does, for names that cannot be told from others there.
     *
     * @param table the table's name; a partitioned one stands for its partitions
     * @param columns at least one, as the catalog has the names
     * @return a new filter
     * @throws IllegalArgumentException if a column is named twice or none is, or the table has a list already
     */
    public TableFilter columns(TableName table, String... columns) {
        return columnsOf(table.toString(), columns);
    }

    private TableFilter columnsOf(String table, String... columns) {
        TableRows part = parts.getOrDefault(table, TableRows.ALL);
        if (!part.columns().isEmpty()) {
            throw new IllegalArgumentException("the columns of table " + table + " were set twice");
        }
        List<String> names = List.of(columns);
        if (names.isEmpty() || names.contains("") || new HashSet<>(names).size() < names.size()) {
            throw new IllegalArgumentException("TableFilter.columns needs the names of some columns of table " + table
                    + ", each once, not " + names);
        }
        return with(table, new TableRows(names, part.conditionOrNull()));
    }

    private static String oneTable(String table) {
        int dot = table.indexOf('.');
        if (dot < 1 || dot == table.length() - 1 || table.indexOf('*') >= 0) {
            throw new IllegalArgumentException(
                    "rows and columns are those of one table, named as schema.table; not '" + table + "'");
        }
        return table;
    }

    private TableFilter with(String table, TableRows part) {
        Map<String, TableRows> more = new TreeMap<>(parts);
        more.put(table, part);
        return new TableFilter(included, excluded, more, description);
    }

    /**
     * Gives the patterns of which a table has to match one.
     *
     * @return the patterns; empty if all tables are selected
     */
    public List<TablePattern> included() {
        return included;
    }

    /**
     * Gives the patterns of which a table must match none.
     *
     * @return the patterns
     */
    public List<TablePattern> excluded() {
        return excluded;
    }

    /**
     * Gives what is wanted of the tables of which only some rows or columns are.
     *
     * @return by the table's name as it was given to {@link #rows} or {@link #columns}
     */
    public Map<String, TableRows> parts() {
        return parts;
    }

    @Override
    public boolean test(TableName table) {
        return (included.isEmpty() || matches(included, table)) && !matches(excluded, table);
    }

    private static boolean matches(List<TablePattern> patterns, TableName table) {
        return patterns.stream().anyMatch(pattern -> pattern.test(table));
    }

    private static List<TablePattern> compile(String... patterns) {
        return Stream.of(patterns).map(TablePattern::unquoted).toList();
    }

    private static String joined(List<TablePattern> patterns) {
        return patterns.stream().map(TablePattern::toString).collect(Collectors.joining(", "));
    }

    /** Gives the selection in words. */
    @Override
    public String toString() {
        return parts.isEmpty() ? description : description + " (parts of " + String.join(", ", parts.keySet()) + ")";
    }
}
