package dev.godwit.internal.state;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.Lsn;
import dev.godwit.result.MigrationException;
import org.jspecify.annotations.Nullable;

/**
 * A migration as the target remembers it.
 *
 * @param sourceSystem the source's system identifier
 * @param sourceTimeline the source's timeline: another one means that a standby was promoted, perhaps without the last commits
 * @param sourceDatabase the source database's name
 * @param slot the replication slot's name, fixed before the slot is created
 * @param publication the publication's name, fixed before it is created
 * @param phase the phase last entered; never FAILED, which is a matter of the process
 * @param consistentLsn the slot's consistent point, null until slot and snapshot exist
 * @param cutoverStep how far a cutover went, null outside one
 * @param endLsn the source's position behind the fence, null before the decision
 * @param reverseLsn the target's position where the way back begins, null before the decision and where there is none
 */
public record MigrationRecord(
        String sourceSystem,
        int sourceTimeline,
        String sourceDatabase,
        String slot,
        String publication,
        MigrationPhase phase,
        @Nullable Lsn consistentLsn,
        @Nullable CutoverStep cutoverStep,
        @Nullable Lsn endLsn,
        @Nullable Lsn reverseLsn) {

    /** Tells whether applications write to the target, or have, by the phase or, whatever became of that, by the decision. */
    public boolean isTakenOver() {
        return phase.isCutOver() || cutoverStep == CutoverStep.DECIDED || cutoverStep == CutoverStep.SWITCHING;
    }

    /**
     * Makes sure that no cutover or rollback was interrupted, which may have left the side closed that is to take writes: who forgets the
     * migration forgets that, too.
     *
     * @throws MigrationException if one was
     */
    void requireNoneInterrupted(String migration) {
        boolean back = phase == MigrationPhase.ROLLBACK;
        if (back || (phase == MigrationPhase.CUTOVER && cutoverStep != null)) {
            throw new MigrationException(
                    phase,
                    "migration '" + migration + "' is not given up: a " + (back ? "rollback" : "cutover")
                            + " was interrupted, and the source may still be closed for writes. Migration.resume() finishes or undoes it;"
                            + " then cancel. If it cannot be resumed any more, decide which side is to take writes, open that by hand"
                            + " (ALTER DATABASE … RESET default_transaction_read_only), UPDATE godwit.migration SET "
                            + (back ? "phase = 'REVERSE_SYNC'" : "cutover_step = NULL") + " WHERE name = '" + migration
                            + "' on the target, then clean up",
                    null);
        }
    }

    /** How far a cutover went, where that outlasts the process. */
    public enum CutoverStep {
        /** The source may be closed for writes; nothing is decided, so it must be opened again. */
        SEALING,
        /**
         * The source is closed and the target could take over, with the others of a group; whether it does is recorded by the
         * group's coordinator (see {@link GroupVote}), so nobody may go on or back without asking there.
         */
        PREPARED,
        /**
         * The target has taken over, and traffic is not switched yet. Who resumes goes on from here, unless something was written at the
         * source behind its end.
         */
        DECIDED,
        /** Traffic may have been switched, of this migration or of others of its group; from here only forward. */
        SWITCHING
    }
}
