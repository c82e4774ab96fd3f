package dev.godwit.result;

import java.util.List;

/**
 * What was removed of a migration that was cancelled or cleaned up, and what was not.
 *
 * @param migration the migration's name
 * @param removed what is gone, one entry for each object: {@code slot godwit_orders_1a2b3c4d on the source}
 * @param left what is still there though it may be the migration's, each with the reason and the way out; empty if all is done
 */
public record CleanUpReport(String migration, List<String> removed, List<String> left) {

    /**
     * Copies the lists.
     *
     * @param migration the migration's name
     * @param removed what is gone
     * @param left what is still there
     */
    public CleanUpReport {
        removed = List.copyOf(removed);
        left = List.copyOf(left);
    }
}
