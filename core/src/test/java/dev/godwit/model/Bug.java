package dev.godwit.model;

/** One thing done wrong, which the model has to find. */
enum Bug {
    NONE("nothing"),
    SYNC_POINT_LEFT_OUT("a change counts beyond a table's sync point, not from it on"),
    SYNC_POINT_IGNORED("every change counts, whatever a table's sync point"),
    APPLIED_POSITION_LEFT_OUT("a transaction that commits at the stored position is skipped, not only those before it"),
    NOTHING_SKIPPED("a transaction before the stored position is applied again"),
    CONFIRMED_BEFORE_COMMIT("what has arrived is confirmed to the source before it is committed on the target"),
    CONFIRMED_BEFORE_FLUSH("what is committed is confirmed before it is durable"),
    POSITION_APART("the position is stored in a transaction of its own, after the changes"),
    SNAPSHOT_BESIDE_SLOT("the snapshot is taken after the slot's consistent point is known, not at it"),
    OLD_SYNC_POINT("a table that is copied under a second snapshot keeps the first one's sync point"),
    MARK_BEFORE_ROWS("a table is marked as copied before its rows are committed"),
    END_BEFORE_FENCE("the source's end is read before the fence is raised"),
    FENCE_DOES_NOT_WAIT("the fence is raised while a writer's transaction is open"),
    DONE_WITH_ROWS_WAITING("drained means received, not applied"),
    PUBLISHED_AFTER_SNAPSHOT("a table that joins is published behind its snapshot"),
    HANDED_OVER_EARLY("the stream takes a table over while its own one is behind"),
    HANDED_OVER_AT_STREAM(
            "the stream takes a table over from where it stands itself, though the other one was further");

    private final String words;

    Bug(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
