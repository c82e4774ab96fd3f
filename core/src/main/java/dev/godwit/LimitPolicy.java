package dev.godwit;

/** What happens when a migration costs its source more than {@link SourceLimits} allow. */
public enum LimitPolicy {
    /** It is told; the migration goes on. */
    WARN,
    /**
     * It is told, and copying takes twice as long as long as it lasts: that helps where the copy of added tables keeps changes of the
     * others from being applied, or loads the source; a snapshot is held the longer for it.
     */
    SLOW_DOWN,
    /**
     * The run fails, and slots and publication are dropped, so that the source can remove its log: the migration has to be started
     * anew.
     */
    ABORT
}
