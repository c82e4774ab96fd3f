package dev.godwit.status;

/** On which side applications may write. At no moment is it both. */
public enum WriteSide {
    /** On the source, the old server. */
    SOURCE,
    /** On the target, the new server. */
    TARGET,
    /** On neither: a cutover or a rollback is under way, or was interrupted and is to be resumed. */
    NEITHER
}
