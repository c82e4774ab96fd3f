package dev.godwit.status;

import dev.godwit.event.MigrationPhase;
import org.jspecify.annotations.Nullable;

/**
 * Why a migration stands still.
 *
 * @param reason what has happened
 * @param nextStep what to do
 */
public record FailureStatus(String reason, String nextStep) {

    /**
     * Says that no process runs a migration any more.
     *
     * @param phase where it was left
     * @param before why it stood still already; null if it did not
     * @return reason and next step
     */
    public static FailureStatus abandoned(MigrationPhase phase, @Nullable FailureStatus before) {
        return new FailureStatus(
                "no process runs the migration, which is in " + phase + (before == null ? "" : ": " + before.reason()),
                "Migration.resume() goes on with it" + (before == null ? "" : "; before: " + before.nextStep()));
    }
}
