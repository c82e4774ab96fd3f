package dev.godwit.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One table. Parents of partitions, which hold no rows, and unlogged tables, which no stream has, are none.
 *
 * @param schema its schema
 * @param table its name
 * @param load its full load
 * @param changes the changes applied after it; a table that is copied afresh keeps its counts
 * @param dataErrors changes that did not fit and were recorded instead, acknowledged or not
 * @param lastModified when something of this last changed; null if nothing did
 */
public record TableStatus(
        String schema,
        String table,
        FullLoad load,
        AppliedChanges changes,
        long dataErrors,
        @Nullable Instant lastModified) {

    /**
     * A table's full load; null where not known yet.
     *
     * @param state how far it is
     * @param startedOn when its copy began
     * @param endedOn when its rows were committed
     * @param estimatedFinish when its rows will all be there, or were
     * @param rows rows copied so far
     * @param estimatedRows rows on the source, by its statistics
     * @param sourceBytes the table's size on the source, without indexes
     * @param copiedBytes bytes of COPY data so far
     * @param error why its copy failed, without row values
     */
    public record FullLoad(
            TableLoadState state,
            @Nullable Instant startedOn,
            @Nullable Instant endedOn,
            @Nullable Instant estimatedFinish,
            @Nullable Long rows,
            @Nullable Long estimatedRows,
            @Nullable Long sourceBytes,
            @Nullable Long copiedBytes,
            @Nullable String error) {

        /** A table that waits. */
        public static final FullLoad QUEUED =
                new FullLoad(TableLoadState.QUEUED, null, null, null, null, null, null, null, null);
    }
}
