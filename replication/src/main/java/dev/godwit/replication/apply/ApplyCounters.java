package dev.godwit.replication.apply;

/**
 * Counts of what was committed on the target since the subscriber was started.
 *
 * @param transactions source transactions that changed something
 * @param inserts rows inserted
 * @param updates rows updated
 * @param deletes rows deleted
 * @param truncates TRUNCATE statements
 * @param bytes bytes of their messages
 * @param conflicts changes recorded in an {@link ExceptionTable} instead of being applied
 */
public record ApplyCounters(
        long transactions, long inserts, long updates, long deletes, long truncates, long bytes, long conflicts) {

    /** Nothing yet. */
    public static final ApplyCounters NONE = new ApplyCounters(0, 0, 0, 0, 0, 0, 0);

    /**
     * Gives the number of rows changed.
     *
     * @return inserts, updates and deletes
     */
    public long rows() {
        return inserts + updates + deletes;
    }

    ApplyCounters plus(ApplyCounters other) {
        return new ApplyCounters(
                transactions + other.transactions,
                inserts + other.inserts,
                updates + other.updates,
                deletes + other.deletes,
                truncates + other.truncates,
                bytes + other.bytes,
                conflicts + other.conflicts);
    }
}
