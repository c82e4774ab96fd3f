package dev.godwit.result;

import org.jspecify.annotations.Nullable;

/** The run was closed or cancelled while a caller waited for it. */
public final class MigrationCancelledException extends MigrationException {
    private static final long serialVersionUID = 1;

    /**
     * Makes an exception.
     *
     * @param message what was waited for
     * @param cause the cause, null if there is none
     */
    public MigrationCancelledException(String message, @Nullable Throwable cause) {
        super(null, message, cause);
    }
}
