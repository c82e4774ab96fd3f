package dev.godwit.status;

import dev.godwit.replication.Lsn;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether both sides were compared.
 *
 * @param progress how far the verification is that is under way in this process; null if there is none
 * @param last what the last one found that came to its end, in whatever process; null if there was none
 */
public record VerificationStatus(
        @Nullable Progress progress, @Nullable Outcome last) {
    /** Nothing was compared yet. */
    public static final VerificationStatus NONE = new VerificationStatus(null, null);

    /**
     * How far a verification is.
     *
     * @param lsn the position of the source's log at which both sides are compared
     * @param startedOn when the snapshots were taken, by this process's clock
     * @param tablesDone the tables that are done
     * @param tables the tables to be compared
     * @param rows the source's rows compared so far
     * @param bytes how much of {@code totalBytes} is done
     * @param totalBytes the size of the tables on the source, without indexes
     * @param differingTables tables in which a difference was found so far
     */
    public record Progress(
            Lsn lsn,
            Instant startedOn,
            int tablesDone,
            int tables,
            long rows,
            long bytes,
            long totalBytes,
            int differingTables) {}

    /**
     * What a verification found.
     *
     * @param lsn the position of the source's log at which both sides were compared
     * @param takenOn when the snapshots were taken, by the target's clock
     * @param endedOn when it ended, by the target's clock
     * @param whole whether every row of every migrated table was compared, value by value
     * @param equal whether no difference was found
     * @param tables the tables compared
     * @param rows the source's rows compared
     * @param differingRows the rows that differ
     */
    public record Outcome(
            Lsn lsn,
            Instant takenOn,
            Instant endedOn,
            boolean whole,
            boolean equal,
            int tables,
            long rows,
            long differingRows) {}
}
