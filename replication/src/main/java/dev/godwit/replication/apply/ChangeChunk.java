package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import java.util.Collection;

/**
 * Changes that are applied together, inside one target transaction.
 *
 * @param tables the changes of each table, which do not depend on one another's
 * @param lastCommitLsn the last source transaction that has a part in it
 * @param bytes what it takes on the heap, by estimate
 */
record ChangeChunk(Collection<TableChanges> tables, Lsn lastCommitLsn, long bytes) {}
