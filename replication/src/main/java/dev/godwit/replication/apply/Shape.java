package dev.godwit.replication.apply;

import java.util.BitSet;

/**
 * What two changes of one table must have in common to share a statement.
 *
 * @param kind what is done
 * @param set the columns that UPDATE sets
 * @param guards columns that cannot be set and are required to be equal instead
 * @param locator how the row is found
 * @param nulls for {@link Locator#WHOLE_ROW}, the columns that are null in it
 */
record Shape(Kind kind, BitSet set, BitSet guards, Locator locator, BitSet nulls) {

    static final BitSet NONE = new BitSet();

    static final Shape INSERT = new Shape(Kind.INSERT, NONE, NONE, Locator.SOURCE_KEY, NONE);

    /** What is done. */
    enum Kind {
        INSERT,
        UPDATE,
        DELETE,
        /** An update that leaves nothing to set; the row must exist all the same. */
        PROBE
    }

    /** How a row is found. */
    enum Locator {
        SOURCE_KEY,
        TARGET_KEY,
        WHOLE_ROW
    }
}
