package dev.godwit.replication.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A table of the random workload. Its key and all other columns are expressions of a number, in which {@code #} stands for
 * that number; a column {@code num} holds the number that the row was first written with.
 *
 * @param name the table
 * @param key its key columns, or the columns of a row's address where it has no key
 * @param values the other columns that are set and changed
 * @param traits what can be done to it
 */
record RandomTable(String name, Map<String, String> key, Map<String, String> values, Traits traits) {

    /**
     * What can be done to a table.
     *
     * @param keyChanges whether keys are changed
     * @param code whether a column {@code code} is unique and may be null
     * @param position whether a column {@code pos} is unique and checked at the end of the transaction
     * @param duplicates whether the same row may be there more than once
     * @param mostRows how many rows one statement writes at the most
     */
    record Traits(boolean keyChanges, boolean code, boolean position, boolean duplicates, int mostRows) {

        static Traits plain() {
            return new Traits(true, false, false, false, 5000);
        }

        Traits fixedKey() {
            return new Traits(false, code, position, duplicates, mostRows);
        }

        Traits withCode() {
            return new Traits(keyChanges, true, position, duplicates, mostRows);
        }

        Traits withPosition() {
            return new Traits(keyChanges, code, true, duplicates, 300);
        }

        Traits withDuplicates() {
            return new Traits(false, code, position, true, 60);
        }

        Traits upTo(int rows) {
            return new Traits(keyChanges, code, position, duplicates, rows);
        }
    }

    /** An INSERT of the rows that these numbers, and a FROM that gives them, stand for. */
    String insert(String number, Map<String, String> instead) {
        List<String> columns = new ArrayList<>(List.of("num"));
        List<String> expressions = new ArrayList<>(List.of(number));
        key.forEach((column, expression) -> {
            columns.add(column);
            expressions.add(expression.replace("#", number));
        });
        values.forEach((column, expression) -> {
            columns.add(column);
            expressions.add(instead.getOrDefault(column, expression).replace("#", number));
        });
        return "INSERT INTO " + name + " (" + String.join(", ", columns) + ") OVERRIDING SYSTEM VALUE SELECT "
                + String.join(", ", expressions);
    }

    /** A condition that one row at the most fulfils. */
    String at(String number) {
        if (traits.duplicates()) {
            return "ctid = (SELECT ctid FROM " + name + " WHERE num = " + number + " LIMIT 1)";
        }
        List<String> conditions = new ArrayList<>();
        key.forEach((column, expression) -> conditions.add(column + " = " + expression.replace("#", number)));
        return String.join(" AND ", conditions);
    }

    String setKey(String number) {
        List<String> settings = new ArrayList<>();
        key.forEach((column, expression) -> settings.add(column + " = " + expression.replace("#", number)));
        return String.join(", ", settings);
    }
}
