package dev.godwit;

/** What happens to a change that does not fit the target: that touches no row, more than one, or breaks a constraint. */
public enum ConflictPolicy {
    /** The run fails before anything of the change's transaction is visible on the target. */
    STOP,
    /**
     * The change is recorded in {@code godwit.apply_exception} on the target instead of being applied, the rest goes on, and
     * the cutover is refused until what was recorded is acknowledged.
     */
    RECORD
}
