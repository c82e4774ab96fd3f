package dev.godwit.status;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far the target is behind the source. All of it is null as long as nobody can tell.
 *
 * @param measuredAt when the source was last looked at
 * @param incomingChanges 0 exactly if everything up to the end of the source's log, as last looked at, is durable on the target; else
 *     the changes that have been received and are not committed there, plus an estimate of those that are still to come, made from
 *     the size of the log in between and the log that a change has taken so far; at least 1
 * @param lagBytes log between the end of the source's, as far as it is flushed there, and the position up to which every commit is
 *     durable on the target
 * @param lag how long ago the source's log ended where the target stands now
 * @param catchUpBytesPerSecond by how much {@code lagBytes} has shrunk per second in the last 30 s; negative if it has grown
 * @param estimatedReadyAt when {@code lagBytes} comes to 0 at that rate; null outside CATCH_UP, and while it grows
 * @param walRetainedBytes log that the migration's replication slots keep the source from removing
 */
public record ReplicationStatus(
        @Nullable Instant measuredAt,
        @Nullable Long incomingChanges,
        @Nullable Long lagBytes,
        @Nullable Duration lag,
        @Nullable Long catchUpBytesPerSecond,
        @Nullable Instant estimatedReadyAt,
        @Nullable Long walRetainedBytes) {

    /** Nothing is known yet. */
    public static final ReplicationStatus UNKNOWN = new ReplicationStatus(null, null, null, null, null, null, null);
}
