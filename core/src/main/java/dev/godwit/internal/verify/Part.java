package dev.godwit.internal.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A part of a table that is compared at a time: a range of its key, or all of it.
 *
 * @param table the table
 * @param lower the first columns of the least key, as text; empty for no bound
 * @param upper those of the least key beyond; empty for no bound
 * @param digits into how many buckets its rows are divided by the hash of their key (by that of the row without a key) when it is
 *     compared: 16 to this power; 0 for none
 * @param buckets the buckets that are compared, as that many hexadecimal digits; empty for all
 * @param bytes its share of the table's size
 */
record Part(Compared table, List<String> lower, List<String> upper, int digits, List<String> buckets, long bytes) {

    /** Gives its condition on rows, with a parameter for each of {@link #parameters}. */
    String condition() {
        List<String> bounds = new ArrayList<>();
        if (!lower.isEmpty()) {
            bounds.add(columns(lower) + " >= " + values(lower));
        }
        if (!upper.isEmpty()) {
            bounds.add(columns(upper) + " < " + values(upper));
        }
        return bounds.isEmpty() ? "" : " WHERE " + String.join(" AND ", bounds);
    }

    private String columns(List<String> bound) {
        return "(" + Sql.identifiers(table.key().subList(0, bound.size())) + ")";
    }

    private String values(List<String> bound) {
        return table.keyTypes().subList(0, bound.size()).stream()
                .map(type -> "?::" + type)
                .collect(Collectors.joining(", ", "(", ")"));
    }

    List<String> parameters() {
        List<String> all = new ArrayList<>(lower);
        all.addAll(upper);
        return all;
    }
}
