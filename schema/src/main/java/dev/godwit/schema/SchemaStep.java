package dev.godwit.schema;

import java.io.Serializable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One piece of data definition, executed on the target in one transaction together with the mark that it is done.
 *
 * @param id names the step across processes, such as {@code index public.film_title_idx}; unique within a plan
 * @param stage when it is executed
 * @param tableOrNull the table whose rows it waits for, with {@link SchemaStage#AFTER_TABLE_COPY}; else null
 * @param sql one or more statements, executed with {@code search_path} empty and {@code check_function_bodies} off; in the
 *     form that a {@link java.sql.Statement} splits rightly: nothing follows a function body, which may hold semicolons
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // Without the tag the fields of a serialisable record would need comments.
public record SchemaStep(
        String id, SchemaStage stage, @Nullable TableName tableOrNull, String sql) implements Serializable {

    /**
     * Gives the table that the step waits for.
     *
     * @return the table, empty unless the stage is {@link SchemaStage#AFTER_TABLE_COPY}
     */
    public Optional<TableName> table() {
        return Optional.ofNullable(tableOrNull);
    }

    /** Gives the step's name and stage; not its statements, which may hold the secrets of user mappings. */
    @Override
    public String toString() {
        return id + " (" + stage + ")";
    }
}
