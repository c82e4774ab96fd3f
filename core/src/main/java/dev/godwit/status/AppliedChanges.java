package dev.godwit.status;

/**
 * The source's changes that were applied after the full load, by whatever process. Those that needed no statement of their own on the
 * target, because a later change of the row made them superfluous, count as well.
 *
 * @param inserts rows inserted
 * @param updates rows updated
 * @param deletes rows deleted
 * @param truncates TRUNCATE statements, once for each table
 */
public record AppliedChanges(long inserts, long updates, long deletes, long truncates) {

    /** Nothing yet. */
    public static final AppliedChanges NONE = new AppliedChanges(0, 0, 0, 0);

    /**
     * Gives the number of rows changed.
     *
     * @return inserts, updates and deletes
     */
    public long total() {
        return inserts + updates + deletes;
    }

    /**
     * Adds up.
     *
     * @param other what is added
     * @return the sums
     */
    public AppliedChanges plus(AppliedChanges other) {
        return new AppliedChanges(
                inserts + other.inserts, updates + other.updates, deletes + other.deletes, truncates + other.truncates);
    }
}
