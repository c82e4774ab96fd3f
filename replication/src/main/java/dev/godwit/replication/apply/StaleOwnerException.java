package dev.godwit.replication.apply;

import dev.godwit.replication.ReplicationException;

/** Another process has taken over; this one must stop and touch nothing more. */
public final class StaleOwnerException extends ReplicationException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the failure.
     *
     * @param message what was attempted and what was found
     */
    public StaleOwnerException(String message) {
        super(message);
    }
}
