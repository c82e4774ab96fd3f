package dev.godwit.result;

import dev.godwit.schema.TableName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sequence that does not exist on the target, cannot be set there to where the source's stands, or would give a value again that the
 * source has given.
 *
 * @param sequence its name
 * @param kind what is wrong
 * @param source where it stands on the source
 * @param targetOrNull where it stands on the target; null if it does not exist there
 */
public record SequenceDifference(
        TableName sequence,
        Kind kind,
        Position source,
        @Nullable Position targetOrNull) {

    /** What is wrong with a sequence of the target. */
    public enum Kind {
        /** It does not exist. */
        MISSING,
        /** Where the source's stands is beyond its limits, so that the cutover could not set it. */
        OUT_OF_BOUNDS,
        /** It would give a value again that the source has given. Looked for only once the cutover has set the target's sequences. */
        BEHIND
    }

    /**
     * Where a sequence stands.
     *
     * @param lastValue its {@code last_value}
     * @param isCalled whether {@code nextval} gives what follows that; else it gives {@code lastValue} itself
     */
    public record Position(long lastValue, boolean isCalled) {

        /** Gives the value, and whether it was given out. */
        @Override
        public String toString() {
            return lastValue + (isCalled ? "" : " (not called)");
        }
    }

    /**
     * Gives where it stands on the target.
     *
     * @return empty if it does not exist there
     */
    public Optional<Position> target() {
        return Optional.ofNullable(targetOrNull);
    }

    /** Gives one line. */
    @Override
    public String toString() {
        return sequence + ": stands at " + source + " on the source, "
                + switch (kind) {
                    case MISSING -> "does not exist on the target";
                    case OUT_OF_BOUNDS -> "which is beyond its limits on the target";
                    case BEHIND -> "at " + targetOrNull + " on the target";
                };
    }
}
