package dev.godwit.status;

import dev.godwit.event.MigrationPhase;

/** A database's {@code migrationState} in the status document. */
public enum MigrationState {
    /** Nothing has been done yet; phases CREATED and PREFLIGHT. */
    CONFIGURING,
    /** The target's schema is prepared; phase SCHEMA. */
    INITIALIZING,
    /** Tables are copied, or changes applied; phases SNAPSHOT and CATCH_UP. */
    RUNNING,
    /** It can be cut over; phase READY_TO_CUTOVER. */
    READY_TO_COMPLETE,
    /** It is being cut over; phase CUTOVER. */
    COMPLETING,
    /** The target is handing back to the old server; phase ROLLBACK. */
    ROLLING_BACK,
    /** The target has taken over; phases COMPLETED, REVERSE_SYNC and FINALIZED. */
    COMPLETED,
    /** The old server has taken over again; phase ROLLED_BACK. */
    ROLLED_BACK,
    /** Nothing is done until somebody resumes it; phase PAUSED. */
    PAUSED,
    /** No process runs it, be it that the last one was closed or that it died; whatever the phase that is not final. */
    INTERRUPTED,
    /** An error has stopped it; phase FAILED. It can be resumed. */
    FAILED,
    /** It was given up; phase CANCELLED. */
    CANCELLED;

    /**
     * Gives the state of a migration that a process runs.
     *
     * @param phase its phase
     * @return the state
     */
    public static MigrationState of(MigrationPhase phase) {
        return switch (phase) {
            case CREATED, PREFLIGHT -> CONFIGURING;
            case SCHEMA -> INITIALIZING;
            case SNAPSHOT, CATCH_UP -> RUNNING;
            case READY_TO_CUTOVER -> READY_TO_COMPLETE;
            case CUTOVER -> COMPLETING;
            case COMPLETED, REVERSE_SYNC, FINALIZED -> COMPLETED;
            case ROLLBACK -> ROLLING_BACK;
            case ROLLED_BACK -> ROLLED_BACK;
            case PAUSED -> PAUSED;
            case FAILED -> FAILED;
            case CANCELLED -> CANCELLED;
        };
    }

    /**
     * Gives what this comes to when no process runs the migration any more.
     *
     * @return INTERRUPTED, or this if it is final or FAILED
     */
    public MigrationState abandoned() {
        return isFinal() || this == FAILED ? this : INTERRUPTED;
    }

    /**
     * Tells whether nothing more will happen.
     *
     * @return true for COMPLETED (but for what the way back does), ROLLED_BACK and CANCELLED
     */
    public boolean isFinal() {
        return this == COMPLETED || this == ROLLED_BACK || this == CANCELLED;
    }
}
