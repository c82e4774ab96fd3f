package dev.godwit.event;

import java.util.EnumSet;
import java.util.Set;

/**
 * Where a migration stands.
 *
 * <p>The way of an undisturbed migration is {@link #CREATED}, {@link #PREFLIGHT}, {@link #SCHEMA}, {@link #SNAPSHOT},
 * {@link #CATCH_UP}, {@link #READY_TO_CUTOVER}, {@link #CUTOVER}, {@link #COMPLETED}. Any phase before
 * {@link #COMPLETED} can lead to {@link #FAILED} or {@link #CANCELLED}; a failed migration continues where it was. From
 * {@link #SCHEMA} to {@link #READY_TO_CUTOVER} it may be {@link #PAUSED}, and then goes on where it was.
 *
 * <p>A migration with a way back goes on from {@link #COMPLETED} to {@link #REVERSE_SYNC}, and ends in {@link #ROLLED_BACK} or
 * {@link #FINALIZED}; without one {@link #COMPLETED} is the end.
 */
public enum MigrationPhase {
    /** Known by name, nothing done yet. */
    CREATED,
    /** Both servers are examined; nothing is changed on either. */
    PREFLIGHT,
    /** The target's schema is prepared up to what the copy needs. */
    SCHEMA,
    /** Tables are copied under an exported snapshot; indexes and constraints follow their table. */
    SNAPSHOT,
    /** The changes made since the snapshot are applied. */
    CATCH_UP,
    /** The target follows closely enough to cut over. */
    READY_TO_CUTOVER,
    /** Writes to the source are fenced and the last changes are applied. */
    CUTOVER,
    /** The target has taken over; slot and publication are gone from the source. */
    COMPLETED,
    /** The target takes the writes, and the old server is kept in step with it, closed for everybody else. */
    REVERSE_SYNC,
    /** Writes to the target are fenced, and the last changes are applied to the old server, which is to take over again. */
    ROLLBACK,
    /** The old server has taken over again; the target is closed for writes. */
    ROLLED_BACK,
    /** The way back was given up by the user; the old server stays as it was then, closed for writes. */
    FINALIZED,
    /**
     * The user wants it, or the source's schema was changed and the target has to be adapted; nothing is copied or applied, slot
     * and state stay.
     */
    PAUSED,
    /** Stopped by an error; resumable. */
    FAILED,
    /** Given up by the user; slot, publication and state are gone. */
    CANCELLED;

    /**
     * Gives the phases that may follow this one.
     *
     * @return the successors, empty for a phase that is final; those of COMPLETED are for migrations with a way back
     */
    public Set<MigrationPhase> successors() {
        return switch (this) {
            case CREATED -> EnumSet.of(PREFLIGHT, FAILED, CANCELLED);
            case PREFLIGHT -> EnumSet.of(SCHEMA, FAILED, CANCELLED);
            case SCHEMA -> EnumSet.of(SNAPSHOT, PAUSED, FAILED, CANCELLED);
            case SNAPSHOT -> EnumSet.of(CATCH_UP, PAUSED, FAILED, CANCELLED);
            case CATCH_UP -> EnumSet.of(READY_TO_CUTOVER, PAUSED, FAILED, CANCELLED);
            case READY_TO_CUTOVER -> EnumSet.of(CATCH_UP, CUTOVER, PAUSED, FAILED, CANCELLED);
            case CUTOVER -> EnumSet.of(COMPLETED, READY_TO_CUTOVER, CATCH_UP, FAILED);
            case PAUSED -> EnumSet.of(SCHEMA, SNAPSHOT, CATCH_UP, FAILED, CANCELLED);
            case FAILED ->
                EnumSet.of(PREFLIGHT, SCHEMA, SNAPSHOT, CATCH_UP, READY_TO_CUTOVER, CUTOVER, REVERSE_SYNC, CANCELLED);
            case COMPLETED -> EnumSet.of(REVERSE_SYNC);
            case REVERSE_SYNC -> EnumSet.of(ROLLBACK, ROLLED_BACK, FINALIZED, FAILED);
            case ROLLBACK -> EnumSet.of(REVERSE_SYNC, ROLLED_BACK, FAILED);
            case ROLLED_BACK, FINALIZED, CANCELLED -> EnumSet.noneOf(MigrationPhase.class);
        };
    }

    /**
     * Tells whether the cutover is behind the migration.
     *
     * @return true for COMPLETED, REVERSE_SYNC, ROLLBACK, ROLLED_BACK and FINALIZED
     */
    public boolean isCutOver() {
        return switch (this) {
            case COMPLETED, REVERSE_SYNC, ROLLBACK, ROLLED_BACK, FINALIZED -> true;
            case CREATED, PREFLIGHT, SCHEMA, SNAPSHOT, CATCH_UP, READY_TO_CUTOVER, CUTOVER, PAUSED, FAILED, CANCELLED ->
                false;
        };
    }
}
