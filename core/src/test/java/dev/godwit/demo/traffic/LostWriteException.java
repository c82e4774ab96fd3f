package dev.godwit.demo.traffic;

import java.io.Serial;

/** A row that the server had acknowledged is gone: what a migration must never do to an application. */
final class LostWriteException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    LostWriteException(String message) {
        super(message);
    }
}
