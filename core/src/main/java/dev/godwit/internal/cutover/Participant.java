package dev.godwit.internal.cutover;

import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import java.sql.SQLException;

/** A migration that is cut over together with others: its attempt, and its run, which is told once how that ended. */
public interface Participant {

    /** Gives the attempt, which nobody else drives. */
    CutoverAttempt attempt();

    /** Records with this migration what the group has decided, however long its target is out of reach meanwhile. */
    void settle() throws SQLException, InterruptedException;

    /** The target has taken over. */
    void completed();

    /** Everything is as it was before. */
    void reverted(CutoverRevertedException cause);

    /** It is neither done nor undone; resuming goes on from what is recorded. */
    void failed(MigrationException cause);
}
