package dev.godwit.internal.copy;

import dev.godwit.internal.state.CopyMarks;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ServerConnections;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What all tasks of a copy have in common. Can be sent to another process if the connections can, which look up their secrets where
 * they are opened.
 *
 * @param source from where
 * @param target to where
 * @param marks what is done
 * @param snapshot the exported snapshot; null where nothing is copied
 * @param consistentPoint the position that the snapshot stands for
 * @param memoryBytes what building an index may take on the target
 * @param bytesPerSecond the limit of one task that runs elsewhere; 0 for none
 * @param spareWorkers how many processes beside its own a build may keep busy on the target
 */
record CopyJob(
        ServerConnections source,
        ServerConnections target,
        CopyMarks marks,
        @Nullable KeptSnapshot snapshot,
        Lsn consistentPoint,
        long memoryBytes,
        long bytesPerSecond,
        int spareWorkers)
        implements Serializable {

    /** Gives the same for one task. */
    CopyJob limited(long limitPerSecond, int spare) {
        return new CopyJob(source, target, marks, snapshot, consistentPoint, memoryBytes, limitPerSecond, spare);
    }
}
