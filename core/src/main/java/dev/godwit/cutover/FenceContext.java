package dev.godwit.cutover;

import dev.godwit.replication.ServerConnections;
import dev.godwit.schema.TableName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link WriteFence} works with.
 *
 * @param migration the migration's name, for messages
 * @param source opens connections to the source; each one opened is the fence's to close
 * @param tables the tables to protect, partitioned parents and leaves, in the fixed order in which locks are taken
 * @param deadline when the fence must hold at the latest
 * @param hold how long writers may be held back by a fence that does not hold yet, the part of {@code maxWritePause} that is for that: of
 *     one attempt where there are several, and of the whole where writers are held back from its first moment on
 * @param closedBefore whether the source was closed for writes before the cutover came to it, by an administrator or for another migration:
 *     whoever undoes the cutover leaves it closed then
 * @param closedAs how this cutover spells the value of {@code default_transaction_read_only} by which it closes the source, such as {@code
 *     tRuE}, so that what somebody else has closed since is told apart and left closed: a fence of one's own that closes it by this
 *     setting writes it so, in quotes; null if it does not matter who has closed it
 */
public record FenceContext(
        String migration,
        ServerConnections source,
        List<TableName> tables,
        Deadline deadline,
        Duration hold,
        boolean closedBefore,
        @Nullable String closedAs) {

    /**
     * Copies the list.
     *
     * @param migration the migration's name
     * @param source opens connections to the source
     * @param tables the tables to protect
     * @param deadline when the fence must hold
     * @param hold how long writers may be held back meanwhile
     * @param closedBefore whether the source is to be left closed
     * @param closedAs how it is closed, letters only; null for no way of its own
     * @throws IllegalArgumentException if {@code closedAs} has anything but letters
     */
    public FenceContext {
        tables = List.copyOf(tables);
        if (closedAs != null && !closedAs.chars().allMatch(c -> (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))) {
            throw new IllegalArgumentException("closedAs must be letters, was '" + closedAs + "'");
        }
    }

    FenceContext until(Deadline other) {
        return new FenceContext(migration, source, tables, other, other.left(), closedBefore, closedAs);
    }
}
