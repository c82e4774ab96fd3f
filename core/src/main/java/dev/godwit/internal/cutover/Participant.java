package dev.godwit.internal.cutover;

import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;

/** A migration that is cut over together with others: its attempt, and its run, which is told once how that ended. */
public interface Participant {

    /** Gives the attempt, which nobody else drives. */
    CutoverAttempt attempt();

    /** The target has taken over. */
    void completed();

    /** Everything is as it was before. */
    void reverted(CutoverRevertedException cause);

    /** It is neither done nor undone; resuming goes on from what is recorded. */
    void failed(MigrationException cause);
}
