package dev.godwit.replication.apply;

/** How changes are brought to the target; what does not go through one way is tried again in the next. */
enum ApplyMode {
    /** The net effect of many changes as sets, as far as their tables have keys. */
    SETS,
    /** Each change by a statement of its own, in the order within its table, many sent together. */
    IN_ORDER,
    /** Each change by a statement of its own, one source transaction at a time, so that a failure tells its change. */
    ONE_BY_ONE;

    ApplyMode next() {
        return this == SETS ? IN_ORDER : ONE_BY_ONE;
    }
}
