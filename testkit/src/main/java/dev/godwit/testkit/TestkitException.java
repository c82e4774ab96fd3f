package dev.godwit.testkit;

import org.jspecify.annotations.Nullable;

/** The testkit could not do what a test asked of it: a server that does not start, binaries that cannot be found. */
public final class TestkitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was attempted, on which object, and what was observed
     */
    public TestkitException(String message) {
        super(message);
    }

    /**
     * Creates the exception with its cause.
     *
     * @param message what was attempted, on which object, and what was observed
     * @param cause what went wrong underneath
     */
    public TestkitException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
