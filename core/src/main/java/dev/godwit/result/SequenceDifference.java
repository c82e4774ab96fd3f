package dev.godwit.result;

import dev.godwit.schema.TableName;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sequence that on the target would give a value again that the source has given, or does not exist there.
 *
 * @param sequence its name
 * @param source where it stands on the source
 * @param targetOrNull where it stands on the target; null if it does not exist there
 */
public record SequenceDifference(
        TableName sequence, Position source, @Nullable Position targetOrNull) {

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
                + target().map(at -> "at " + at + " on the target").orElse("does not exist on the target");
    }
}
