package dev.godwit.schema;

import java.util.function.Predicate;

/**
 * Tables that were found by a selection at some moment, and the selection itself. Of tables that hold rows only those found then are
 * meant, whatever has been created since; foreign tables, and the schemas of what is no table, are looked up in the selection.
 *
 * @param tables which tables are meant
 * @param whole the selection by which they were found
 */
public record FixedSelection(Predicate<TableName> tables, Predicate<TableName> whole) implements Predicate<TableName> {

    /**
     * Tells whether a table that holds rows is meant.
     *
     * @param name the table's name
     * @return whether it is one of those found
     */
    @Override
    public boolean test(TableName name) {
        return tables.test(name);
    }

    /**
     * Gives the same selection with fewer tables.
     *
     * @param other which of them are still meant
     * @return a selection of tables that both take
     */
    @Override
    public FixedSelection and(Predicate<? super TableName> other) {
        return new FixedSelection(tables.and(other), whole);
    }

    /**
     * Makes one of tables that were found by a selection, be that a fixed one itself.
     *
     * @param tables which tables are meant
     * @param selection by which they were found
     * @return the selection
     */
    public static FixedSelection of(Predicate<TableName> tables, Predicate<TableName> selection) {
        return new FixedSelection(tables, whole(selection));
    }

    /**
     * Gives the selection behind a predicate.
     *
     * @param tables any predicate
     * @return the whole selection of a fixed one; else the predicate
     */
    static Predicate<TableName> whole(Predicate<TableName> tables) {
        return tables instanceof FixedSelection fixed ? fixed.whole() : tables;
    }
}
