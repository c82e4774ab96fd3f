package dev.godwit.internal.engine;

import dev.godwit.replication.apply.Subscriber;
import java.sql.SQLException;

/**
 * A pair of snapshots while nothing behind its position is applied yet; closing this lets the apply go on and leaves the pair open.
 *
 * @param pair both databases
 * @param subscriber who stands still at the pair's position
 * @param apply what keeps it from being replaced
 */
record HeldPair(LivePair pair, Subscriber subscriber, ApplySession apply) implements AutoCloseable {

    /** Lets the apply go on; without effect the second time, or if it has ended. */
    @Override
    public void close() {
        subscriber.release();
    }

    /** Gives the pair to whoever closes it, and lets the apply go on. */
    LivePair released() {
        close();
        return pair;
    }

    /** Closes the pair, too. */
    void discard() throws SQLException {
        close();
        pair.close();
    }
}
