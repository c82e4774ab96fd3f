package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Applies the changes of a publication to a target, exactly once and in commit order.
 *
 * <p>Whole source transactions, one or more, go into one target transaction together with the position after them; one too
 * large for memory is applied as it arrives. Each update and delete must touch exactly one row and no insert may conflict,
 * otherwise the subscriber fails and nothing of that transaction stays. Failures that may pass are retried from the stored
 * position; others are kept, and thrown to whoever waits.
 *
 * <p>Thread rule: any thread may call any method. Two threads of its own run until it is closed or has failed.
 */
public final class Subscriber implements AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final ApplyControl control = new ApplyControl();
    private final ApplyWorker worker;
    private final Thread thread;

    /**
     * Prepares a subscriber; nothing is opened yet.
     *
     * @param options what to apply, and how
     */
    public Subscriber(SubscriberOptions options) {
        worker = new ApplyWorker(options, control, new SplittableRandom());
        thread = new Thread(worker, options.name() + "-apply");
        thread.setDaemon(true);
    }

    /**
     * Starts applying and returns at once; whether it works shows in {@link #status} and in {@link #awaitApplied}.
     *
     * @throws IllegalStateException if it was started before
     */
    public void start() {
        control.starting();
        thread.start();
    }

    /**
     * Gives what it is doing and how far it is.
     *
     * @return a snapshot
     */
    public SubscriberStatus status() {
        return control.status();
    }

    /**
     * Waits until every commit before a position is durable on the target, and the source has said that there is none left:
     * by a commit or a keepalive at or beyond it, for which it is asked all the time meanwhile.
     *
     * @param position a position that the source has written and flushed, see
     *     {@link dev.godwit.replication.WalPosition#flushedEnd}
     * @param timeout how long to wait
     * @return true if it was reached, false if the time was up
     * @throws InterruptedException if the calling thread was interrupted
     * @throws dev.godwit.replication.ReplicationException if the subscriber has failed, even if the position was reached
     *     before; the failure itself
     * @throws IllegalStateException if it was not started or is closed
     */
    public boolean awaitApplied(Lsn position, Duration timeout) throws InterruptedException {
        return control.await(position, timeout);
    }

    /**
     * Holds back transactions from a position on: all commits before it are applied, none at or beyond it. Has no effect on
     * what is applied already; {@link #awaitApplied} with the same position tells when it is reached.
     *
     * @param position where to hold
     */
    public void pauseAt(Lsn position) {
        control.holdFrom(position);
    }

    /** Lets transactions that are held back go on. */
    public void release() {
        control.holdFrom(null);
    }

    /**
     * From now on a transaction that changes rows and commits at or beyond a position is not applied, and fails the
     * subscriber with a {@link FenceLeakException}.
     *
     * @param end the end of what the fenced source may have written
     * @throws FenceLeakException if such a transaction was applied already
     */
    public void armLeakCheck(Lsn end) {
        control.armFence(end);
    }

    /** Ends the check of {@link #armLeakCheck}, because writes are allowed again. */
    public void disarmLeakCheck() {
        control.armFence(null);
    }

    /**
     * Stops at the end of a source transaction, or in the middle of a large one, which is then rolled back and comes again
     * after a restart; both connections are closed and both threads have ended when it returns.
     */
    @Override
    public void close() {
        control.requestStop();
        if (!thread.isAlive()) {
            return;
        }
        boolean interrupted = false;
        try {
            thread.join(CLOSE_TIMEOUT.toMillis());
            if (thread.isAlive()) {
                worker.abort();
                thread.join(CLOSE_TIMEOUT.toMillis());
            }
        } catch (InterruptedException e) {
            interrupted = true;
            worker.abort();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
