package dev.godwit.testkit;

import java.util.List;

/**
 * What a {@link DatabaseComparison} found.
 *
 * @param differences one readable line per table or sequence that differs
 * @param tables number of tables that both sides have
 * @param rows number of rows in these tables of the source
 * @param sequences number of the source's sequences
 */
public record ComparisonReport(List<String> differences, int tables, long rows, int sequences) {
    /**
     * Copies the list.
     *
     * @param differences one readable line per table or sequence that differs
     * @param tables number of tables that both sides have
     * @param rows number of rows in these tables of the source
     * @param sequences number of the source's sequences
     */
    public ComparisonReport {
        differences = List.copyOf(differences);
    }

    /**
     * Whether nothing differs.
     *
     * @return true if there are no differences
     */
    public boolean isIdentical() {
        return differences.isEmpty();
    }

    /**
     * Fails if something differs.
     *
     * @throws AssertionError with all differences
     */
    public void assertIdentical() {
        if (!isIdentical()) {
            throw new AssertionError("The databases differ:\n  " + String.join("\n  ", differences));
        }
    }
}
