package dev.godwit.internal.plan;

import dev.godwit.copy.Throttle;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * How the snapshot is copied.
 *
 * @param workers how many parts of it are copied or built at a time
 * @param executor runs them; null for threads of our own
 * @param bytesPerSecond what may be moved at most; 0 for no limit
 * @param splitBytes the size from which on a table is copied in several parts; 0 to leave that to the planner
 * @param indexMemoryBytes what building an index may take on the target
 * @param throttle says when to pause
 */
public record CopySettings(
        int workers,
        @Nullable ExecutorService executor,
        long bytesPerSecond,
        long splitBytes,
        long indexMemoryBytes,
        Throttle throttle) {}
