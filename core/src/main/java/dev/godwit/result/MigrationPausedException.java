package dev.godwit.result;

import dev.godwit.event.MigrationPhase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The migration is paused, because {@code MigrationRun.pause()} was called, or the source's schema was changed and the target's does not
 * fit: adapt the target then, and {@code MigrationRun.resume()}. Nothing is lost meanwhile, but the slot keeps the source's log.
 */
public final class MigrationPausedException extends MigrationException {
    private static final long serialVersionUID = 1;

    /** What does not fit. */
    private final ArrayList<String> differences;

    /**
     * Makes an exception.
     *
     * @param message what was observed and is to be done
     * @param differences what does not fit, one sentence for each object
     * @param cause what paused the migration, null if unknown
     */
    public MigrationPausedException(String message, List<String> differences, @Nullable Throwable cause) {
        super(MigrationPhase.PAUSED, message, cause);
        this.differences = new ArrayList<>(differences);
    }

    /**
     * Gives what does not fit.
     *
     * @return empty if somebody wanted the pause; else one sentence for each object: what the source has, and what the target has
     */
    public List<String> differences() {
        return List.copyOf(differences);
    }
}
