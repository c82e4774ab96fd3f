package dev.godwit.internal.watch;

import dev.godwit.result.MigrationException;

/** The migration costs its source more than it may. */
public final class SourceLimitException extends MigrationException {
    private static final long serialVersionUID = 1L;

    SourceLimitException(String message) {
        super(null, message, null);
    }
}
