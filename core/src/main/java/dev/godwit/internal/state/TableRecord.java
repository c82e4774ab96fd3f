package dev.godwit.internal.state;

import dev.godwit.replication.Lsn;

/**
 * A table whose copy is committed.
 *
 * @param syncedLsn the consistent point of the snapshot it was copied under
 * @param rows rows copied
 * @param bytes bytes of COPY data
 */
public record TableRecord(Lsn syncedLsn, long rows, long bytes) {}
