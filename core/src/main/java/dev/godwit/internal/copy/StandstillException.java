package dev.godwit.internal.copy;

/** The run was told to stand still: what was under way has come to an end, and is taken up again when the run goes on. No failure. */
public final class StandstillException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StandstillException() {
        super("the run is paused");
    }
}
