package dev.godwit.replication.apply;

/**
 * How many of the source's changes to a table were applied, whatever the target was told to do for them: an update that a later
 * one of the same row made superfluous counts as well.
 *
 * @param inserts rows inserted
 * @param updates rows updated
 * @param deletes rows deleted
 * @param truncates TRUNCATE statements that emptied the table
 * @param conflicts changes that were recorded in an {@link ExceptionTable}, and are among none of the others
 */
public record ChangeCounts(long inserts, long updates, long deletes, long truncates, long conflicts) {

    /** Nothing yet. */
    public static final ChangeCounts NONE = new ChangeCounts(0, 0, 0, 0, 0);

    /**
     * Gives the number of rows changed.
     *
     * @return inserts, updates and deletes
     */
    public long rows() {
        return inserts + updates + deletes;
    }

    /**
     * Adds up.
     *
     * @param other what is added
     * @return the sums
     */
    public ChangeCounts plus(ChangeCounts other) {
        return new ChangeCounts(
                inserts + other.inserts,
                updates + other.updates,
                deletes + other.deletes,
                truncates + other.truncates,
                conflicts + other.conflicts);
    }
}
