package dev.godwit.result;

import dev.godwit.schema.TableName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row that both sides do not have alike.
 *
 * <p>The text form names the row by a hash of its key; only {@link #key()} and {@link #values()} hold what is in it.
 *
 * @param table the table
 * @param key the text of the key's columns by name, in key order: what the row is found by; empty for a table without a key
 * @param keyHash 32 hexadecimal digits: a hash of the key, or of the whole row in a table without a key
 * @param kind what is wrong with it on the target
 * @param rows how many rows are concerned: 1, but in a table without a key the number of equal ones too few or too many
 * @param columns the columns that differ, by name; empty unless it is {@link Kind#DIFFERENT}
 * @param valuesOrNull the values of both sides; null unless they were asked for
 */
public record RowDifference(
        TableName table,
        Map<String, String> key,
        String keyHash,
        Kind kind,
        long rows,
        List<String> columns,
        @Nullable Values valuesOrNull) {

    /** What is wrong with a row on the target. */
    public enum Kind {
        /** The source has it, the target does not. */
        MISSING,
        /** The target has it, the source does not. */
        EXTRA,
        /** Both have a row of this key, but not with the same values. */
        DIFFERENT
    }

    /**
     * The values of a row on either side, as text by column name; NULL is null, and a side that has no such row is empty.
     *
     * @param source those of the source
     * @param target those of the target
     */
    public record Values(Map<String, @Nullable String> source, Map<String, @Nullable String> target) {

        /**
         * Copies the maps, order kept.
         *
         * @param source those of the source
         * @param target those of the target
         */
        public Values {
            source = Collections.unmodifiableMap(new LinkedHashMap<>(source));
            target = Collections.unmodifiableMap(new LinkedHashMap<>(target));
        }

        /** Tells nothing of the values. */
        @Override
        public String toString() {
            return "(" + source.size() + " values of the source, " + target.size() + " of the target)";
        }
    }

    /**
     * Copies the key and the list, order kept.
     *
     * @param table the table
     * @param key the key
     * @param keyHash its hash
     * @param kind the kind
     * @param rows the number of rows
     * @param columns the columns that differ
     * @param valuesOrNull the values, or null
     */
    public RowDifference {
        key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
        columns = List.copyOf(columns);
    }

    /**
     * Gives the values of both sides.
     *
     * @return empty unless they were asked for
     */
    public Optional<Values> values() {
        return Optional.ofNullable(valuesOrNull);
    }

    /** Names the row by its hash; holds no value. */
    @Override
    public String toString() {
        return table + (key.isEmpty() ? " row " : " key ") + keyHash + ": " + kind
                + (rows == 1 ? "" : " (" + rows + " rows)")
                + (columns.isEmpty() ? "" : " in " + String.join(", ", columns));
    }
}
