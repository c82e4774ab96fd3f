package dev.godwit.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is written to the source: so many transactions, the first of which commits at position 0 and ends at 1, and so on. Each insert
 * needs the row to be missing and each other change needs it to be there, so that nothing can be lost or doubled unseen.
 */
final class Script {
    /** The tables: one that is there from the beginning, one whose copy is made second, one that joins later. */
    static final List<String> TABLES = List.of("first", "second", "joining");

    private static final int DELETED = 0;

    private record Change(String table, int before, int after) {}

    private static final List<List<Change>> TRANSACTIONS = List.of(
            List.of(new Change("first", DELETED, 1), new Change("joining", DELETED, 1)),
            List.of(new Change("first", 1, 2), new Change("second", DELETED, 1), new Change("joining", 1, 2)),
            List.of(
                    new Change("second", 1, DELETED),
                    new Change("joining", 2, DELETED),
                    new Change("first", 2, DELETED)),
            List.of(
                    new Change("first", DELETED, 3),
                    new Change("second", DELETED, 2),
                    new Change("joining", DELETED, 3)));

    static final int LENGTH = TRANSACTIONS.size();

    private Script() {}

    /** Gives what a table holds after so many transactions; 0 stands for no row. */
    static int rowAt(String table, int position) {
        int row = DELETED;
        for (List<Change> transaction : TRANSACTIONS.subList(0, position)) {
            for (Change change : transaction) {
                row = change.table().equals(table) ? change.after() : row;
            }
        }
        return row;
    }

    /** Applies what a transaction does to one table; throws if the table is not as it was on the source. */
    static void apply(int transaction, String table, Map<String, Integer> rows) {
        for (Change change : TRANSACTIONS.get(transaction)) {
            if (change.table().equals(table)) {
                int found = rows.getOrDefault(table, DELETED);
                if (found != change.before()) {
                    throw new Violation("transaction " + transaction + " does not fit table " + table + ": it holds "
                            + found + ", not " + change.before());
                }
                rows.put(table, change.after());
            }
        }
    }

    static Map<String, Integer> rowsAt(int position) {
        Map<String, Integer> rows = new TreeMap<>();
        TABLES.forEach(table -> rows.put(table, rowAt(table, position)));
        return rows;
    }
}
