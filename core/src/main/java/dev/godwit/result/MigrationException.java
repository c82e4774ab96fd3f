package dev.godwit.result;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.WithoutValues;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A migration, or a step of it, failed. The message says what was attempted, on which object, what was observed and what
 * to do next; it holds no password and no row values.
 *
 * <p>Subclasses exist only where a caller acts differently.
 */
public class MigrationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Where it happened, null outside a run. */
    @Nullable
    private final MigrationPhase phase;

    /**
     * Makes an exception.
     *
     * @param phase the phase in which it happened, null if outside a run
     * @param message what was attempted, observed and is to be done
     * @param cause the cause, null if there is none
     */
    public MigrationException(@Nullable MigrationPhase phase, String message, @Nullable Throwable cause) {
        super(message, cause == null ? null : WithoutValues.of(cause));
        this.phase = phase;
    }

    /**
     * Gives the phase in which it happened.
     *
     * @return the phase, empty outside a run
     */
    public Optional<MigrationPhase> phase() {
        return Optional.ofNullable(phase);
    }
}
