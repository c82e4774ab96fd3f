package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;

/**
 * A change that did not fit the target and was recorded in an {@link ExceptionTable} instead of being applied.
 *
 * @param table the table
 * @param commitLsn the source transaction
 * @param kind what did not fit
 * @param keyHash a hash of the row's key, see {@link ConflictException#keyHash}
 */
public record RecordedConflict(RelationName table, Lsn commitLsn, ConflictException.Kind kind, String keyHash) {

    static RecordedConflict of(ConflictException conflict) {
        return new RecordedConflict(conflict.table(), conflict.commitLsn(), conflict.kind(), conflict.keyHash());
    }
}
