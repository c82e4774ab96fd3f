package dev.godwit.replication.apply;

import dev.godwit.replication.pgoutput.TupleData;

/**
 * What tells one row of a table from the others: the bytes of its key's columns. Two keys that only the server holds for equal
 * (of a type that ignores case, say) differ here, which does no harm, since the source sends what it has stored.
 */
final class RowKey {

    private final TupleData row;
    private final int[] columns;
    private final int hash;

    RowKey(TupleData row, int[] columns) {
        this.row = row;
        this.columns = columns;
        int code = 1;
        for (int column : columns) {
            code = 31 * code + row.hash(column);
        }
        hash = code;
    }

    /** Tells whether each column of a key has a value. */
    static boolean isComplete(TupleData row, int[] columns) {
        for (int column : columns) {
            if (!row.isText(column)) {
                return false;
            }
        }
        return true;
    }

    TupleData row() {
        return row;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof RowKey key) || key.hash != hash) {
            return false;
        }
        for (int column : columns) {
            if (!row.sameValue(column, key.row, column)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
