package dev.godwit.status;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The copy as a whole, counted from where the process that copies began.
 *
 * @param copiedTables tables whose rows are committed
 * @param tables tables that were to be copied
 * @param rows rows moved
 * @param bytes bytes of COPY data moved
 * @param doneBytes how much of {@code totalBytes} that is, by the source's statistics
 * @param totalBytes size of the tables on the source, without indexes
 * @param bytesPerSecond by how much {@code doneBytes} has grown per second in the last 30 s
 * @param remaining how long the rest takes at that speed; null while nobody can tell
 * @param throttled why the throttle makes the copy pause; null if it does not
 */
public record CopyStatus(
        int copiedTables,
        int tables,
        long rows,
        long bytes,
        long doneBytes,
        long totalBytes,
        long bytesPerSecond,
        @Nullable Duration remaining,
        @Nullable String throttled) {}
