package dev.godwit.schema;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sequence.
 *
 * @param oid its oid on the server that was read
 * @param name its name
 * @param options what it counts
 * @param isUnlogged whether it is unlogged (since 15)
 * @param ownerOrNull the column that owns it; null for a free sequence, and where its table is not of interest
 * @param isExtensions whether an extension creates it, and leaves to the user where it stands
 */
public record Sequence(
        long oid,
        TableName name,
        Options options,
        boolean isUnlogged,
        @Nullable Owner ownerOrNull,
        boolean isExtensions) {

    /**
     * What a sequence counts.
     *
     * @param type {@code smallint}, {@code integer} or {@code bigint}
     * @param start first value
     * @param increment step, negative if it counts down
     * @param min least value
     * @param max greatest value
     * @param cache values that a session takes at once
     * @param cycle whether it begins anew at the end
     */
    public record Options(String type, long start, long increment, long min, long max, long cache, boolean cycle) {}

    /**
     * The column that a sequence belongs to.
     *
     * @param table the table
     * @param column the column's name
     * @param isIdentity whether the column is an identity column, so that the sequence comes into being with it
     */
    public record Owner(TableName table, String column, boolean isIdentity) {}

    /** The same sequence where the table that owns it is not of interest. */
    Sequence withoutOwner() {
        return new Sequence(oid, name, options, isUnlogged, null, isExtensions);
    }

    /**
     * Gives the column that owns the sequence.
     *
     * @return empty for a free sequence, and where its table is not of interest
     */
    public Optional<Owner> owner() {
        return Optional.ofNullable(ownerOrNull);
    }
}
