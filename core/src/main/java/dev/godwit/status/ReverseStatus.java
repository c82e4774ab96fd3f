package dev.godwit.status;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the way back stands: the old server is kept in step with the new one.
 *
 * @param rollbackPossible whether {@code rollback()} may be called now
 * @param reason why it may not be, and what to do; null if it may
 * @param lagBytes log of the target that is not yet on the old server; null if it is not known
 * @param lag how far the old server is behind in time; null if it is not known
 * @param walRetainedBytes log that the reverse slot keeps the target from removing; null if it is not known
 */
public record ReverseStatus(
        boolean rollbackPossible,
        @Nullable String reason,
        @Nullable Long lagBytes,
        @Nullable Duration lag,
        @Nullable Long walRetainedBytes) {

    /**
     * Gives the status of a way back that cannot be gone now, and of which nothing else is known.
     *
     * @param reason why, and what to do
     * @return the status
     */
    public static ReverseStatus blocked(String reason) {
        return new ReverseStatus(false, reason, null, null, null);
    }
}
