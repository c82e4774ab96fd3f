package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.pgoutput.TupleData;
import org.jspecify.annotations.Nullable;

/**
 * One change of a row, ready to be bound.
 *
 * @param shape its statement
 * @param row the new row, null for a delete
 * @param located the row that holds what the old one is found by, null for an insert
 * @param commitLsn the source transaction
 */
record RowChange(
        Shape shape, @Nullable TupleData row, @Nullable TupleData located, Lsn commitLsn) {

    int bytes() {
        int bytes = row == null ? 0 : row.sizeInBytes();
        return located == null || located == row ? bytes : bytes + located.sizeInBytes();
    }
}
