package dev.godwit.result;

import dev.godwit.event.MigrationPhase;
import org.jspecify.annotations.Nullable;

/**
 * A cutover failed before its point of no return and was undone, or was not begun since the target could not be told: the source takes
 * writes again (unless somebody else had closed it before), the stream is being applied, the run is back in
 * {@link MigrationPhase#READY_TO_CUTOVER}, for a rollback in {@link MigrationPhase#REVERSE_SYNC}, and it may be tried again.
 */
public final class CutoverRevertedException extends MigrationException {
    private static final long serialVersionUID = 1;

    /**
     * Makes an exception.
     *
     * @param message the step that failed, why, and what to do
     * @param cause the cause, null if there is none
     */
    public CutoverRevertedException(String message, @Nullable Throwable cause) {
        super(MigrationPhase.CUTOVER, message, cause);
    }
}
