package dev.godwit.replication.apply;

import org.jspecify.annotations.Nullable;

/**
 * A column of the target.
 *
 * @param name the name
 * @param type the type (of a domain its base type) without modifier, as it is written in a cast
 * @param generated whether the server computes it
 * @param identityAlways whether it is GENERATED ALWAYS AS IDENTITY, so that UPDATE cannot set it
 * @param equalitySchema the schema of the type's own equality operator, null if it has none to itself
 * @param arrayable whether values of the type can be sent as an array whose elements a comma separates, and that
 *     {@code unnest} turns into one column
 */
record TargetColumn(
        String name,
        String type,
        boolean generated,
        boolean identityAlways,
        @Nullable String equalitySchema,
        boolean arrayable) {}
