package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationException;

/** A transaction changed rows on the source after the position from which on nobody was to write. */
public final class FenceLeakException extends ReplicationException {

    private static final long serialVersionUID = 1L;

    /** Where the transaction committed. */
    private final Lsn commitLsn;

    FenceLeakException(Lsn commitLsn, Lsn end) {
        super("a transaction that committed at " + commitLsn + " changed rows although the source was fenced at " + end
                + "; it was not to happen, so the cutover cannot go on: find the writer, lift the fence and try again");
        this.commitLsn = commitLsn;
    }

    /**
     * Gives the position of the transaction.
     *
     * @return its commit LSN, or the latest possible one if it was applied before the check was armed
     */
    public Lsn commitLsn() {
        return commitLsn;
    }
}
