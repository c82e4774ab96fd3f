package dev.godwit;

/**
 * When the cutover refreshes the target's materialized views, those that others read first. Views that are not populated on the source
 * stay so. A view with a unique index that covers all of its rows is refreshed {@code CONCURRENTLY} once it has been filled, so that
 * whoever reads it on the target goes on.
 */
public enum MaterializedViewRefresh {
    /** Before writers wait: they may lack what is written between that and the switch. */
    BEFORE_PAUSE,
    /** Behind the fence, when everything has been applied: they hold what the tables hold, and the write pause is as much longer. */
    INSIDE_PAUSE,
    /** Not at all: they are left without data, for you to refresh. */
    NEVER
}
