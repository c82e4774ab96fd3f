package dev.godwit.replication.apply;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * One commit of all appliers. Nobody commits before all have done their part, so that a change that does not go through is found
 * before any of its transaction is visible; the first, which stores the migration's position, commits last.
 */
final class CommitRound {

    private final FirstFailure failures;
    private int working;
    private int committing;
    private boolean complete;

    CommitRound(FirstFailure failures, int appliers) {
        this.failures = failures;
        working = appliers;
        committing = appliers - 1;
    }

    /** Tells that an applier has done everything, and waits for the others. */
    void workDone() throws SQLException {
        failures.change(() -> working--);
        await(() -> working == 0);
        if (failures.exists()) {
            // It may be a commit of this round: the fewer there are, the less is apart.
            throw otherFailed();
        }
    }

    /** Tells that an applier has committed. */
    void committed() {
        failures.change(() -> committing--);
    }

    /** Waits until all others have committed; then the first does, too, whatever went wrong since. */
    void awaitOthers() throws SQLException {
        await(() -> committing == 0);
    }

    /** Tells that the first has committed. */
    void completed() {
        failures.change(() -> complete = true);
    }

    /** Waits until all have committed, but not beyond a failure, nor for longer than this. */
    void awaitCompleted(Duration limit) throws InterruptedException {
        boolean ignored = failures.await(() -> complete, limit);
    }

    private void await(BooleanSupplier condition) throws SQLException {
        try {
            if (!failures.await(condition)) {
                throw otherFailed();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("the applier was interrupted", "57P01", e);
        }
    }

    private static SQLException otherFailed() {
        return new SQLException("another applier has failed", "40000");
    }
}
