package dev.godwit.replication;

import org.jspecify.annotations.Nullable;

/**
 * A failure of this module that retrying alone does not mend.
 *
 * <p>Subclasses exist only where a caller acts differently. The message names what was attempted, on which object, what was
 * observed and what to do; it never holds row values or credentials.
 */
public class ReplicationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates a failure without a cause.
     *
     * @param message what was attempted and observed, and the next step
     */
    public ReplicationException(String message) {
        super(message);
    }

    /**
     * Creates a failure with its cause.
     *
     * @param message what was attempted and observed, and the next step
     * @param cause the failure underneath, or null; kept {@linkplain WithoutValues without row values}
     */
    public ReplicationException(String message, @Nullable Throwable cause) {
        super(message, cause == null ? null : WithoutValues.of(cause));
    }
}
