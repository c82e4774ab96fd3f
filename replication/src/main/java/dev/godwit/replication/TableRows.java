package dev.godwit.replication;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which rows and columns of a table are wanted; the same for its copy and for its changes.
 *
 * @param columns the columns' names as the catalog has them; empty for all columns
 * @param conditionOrNull the condition that rows meet, in SQL; null for all rows
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // Without the tag the fields of a serialisable record would need comments.
public record TableRows(List<String> columns, @Nullable String conditionOrNull) implements Serializable {

    /** All of a table. */
    public static final TableRows ALL = new TableRows(List.of(), null);

    /**
     * Copies the list.
     *
     * @param columns the columns
     * @param conditionOrNull the condition
     */
    public TableRows {
        columns = List.copyOf(columns);
    }

    /**
     * Gives the condition.
     *
     * @return empty for all rows
     */
    public Optional<String> condition() {
        return Optional.ofNullable(conditionOrNull);
    }

    /**
     * Tells whether a column is wanted.
     *
     * @param column its name
     * @return true also if all columns are
     */
    public boolean holds(String column) {
        return columns.isEmpty() || columns.contains(column);
    }

    /**
     * Gives the same columns of other rows.
     *
     * @param other the condition, or null for all rows
     * @return the columns under that condition
     */
    public TableRows where(@Nullable String other) {
        return new TableRows(columns, other);
    }
}
