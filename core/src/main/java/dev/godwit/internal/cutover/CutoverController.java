package dev.godwit.internal.cutover;

import dev.godwit.replication.WithoutValues;
import dev.godwit.replication.apply.Subscriber;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import java.time.Instant;

/**
 * One attempt to cut over. It has two outcomes: done, or undone and retryable.
 *
 * <ol>
 *   <li>prepare: what can be done before writers wait (materialized views, most sequences, deferrable constraints), and a
 *       moment of little lag;
 *   <li>fence: no transaction writes to a migrated table, and none can begin to;
 *   <li>drain: the end of the log is read, and everything before it applied; a change beyond it is a leak and ends it;
 *   <li>fill: what is in no stream, unlogged tables and large objects; deferrable constraints once more;
 *   <li>seal: the source stays closed even if this process dies; large objects once more;
 *   <li>decide: one transaction on the target sets the sequences, puts triggers and identities back and records the
 *       decision;
 *   <li>switch: traffic goes to the target.
 * </ol>
 *
 * <p>Until the decision every failure opens the source again. If the switch fails the decision is taken back first, then the
 * source is opened, so that at no moment both sides take writes. Used by one thread.
 */
public final class CutoverController {
    private final CutoverContext context;
    private final Subscriber subscriber;

    public CutoverController(CutoverContext context, Subscriber subscriber) {
        this.context = context;
        this.subscriber = subscriber;
    }

    /**
     * Cuts over.
     *
     * @return how it went
     * @throws CutoverRevertedException if it was undone
     * @throws MigrationException if it could neither be finished nor undone; resuming goes on from there
     */
    public CutoverReport run() {
        CutoverAttempt attempt = new CutoverAttempt(context, subscriber);
        attempt.tellStarted();
        try {
            CutoverReport report = run(attempt);
            attempt.tellCompleted();
            return report;
        } catch (CutoverRevertedException e) {
            attempt.tellReverted(e);
            throw e;
        }
    }

    private CutoverReport run(CutoverAttempt attempt) {
        CutoverReport report = null;
        try (attempt) {
            attempt.prepare();
            attempt.raise(Instant.now().plus(context.plan().cutover().fenceTimeout()));
            report = behind(attempt);
            return report;
        } catch (MigrationException e) {
            throw e;
        } catch (Exception e) {
            if (report != null) {
                // Only the closing of a session has failed, after everything that matters.
                return report;
            }
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new CutoverRevertedException(
                    "the cutover of migration '" + context.plan().name() + "' ended in step '" + attempt.step()
                            + "', before anything was fenced: " + WithoutValues.message(e),
                    e);
        }
    }

    /** What happens while writers wait. */
    private static CutoverReport behind(CutoverAttempt attempt) {
        try {
            attempt.drain();
            attempt.fill();
            attempt.seal();
            attempt.decide();
            attempt.switchTraffic();
            return attempt.report();
        } catch (Exception | Error e) {
            throw attempt.undo(e);
        }
    }
}
