package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.WithoutValues;

/** Something in a batch went wrong; applying again one by one, in commit order, tells what. */
final class SuspectBatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Lsn until;

    SuspectBatchException(Lsn until, Throwable cause) {
        super("a batch up to the source transaction at " + until + " did not go through", WithoutValues.of(cause));
        this.until = until;
    }

    /** The last transaction that may be the one. */
    Lsn until() {
        return until;
    }
}
