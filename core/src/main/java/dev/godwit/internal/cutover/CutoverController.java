package dev.godwit.internal.cutover;

import dev.godwit.cutover.Deadline;
import dev.godwit.replication.WithoutValues;
import dev.godwit.replication.apply.Subscriber;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RehearsalReport;
import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * One attempt to cut over. It has two outcomes: done, or undone and retryable.
 *
 * <ol>
 *   <li>prepare: what can be done before writers wait (materialized views, most sequences, deferrable constraints, what the target
 *       lacks in statistics and checked foreign keys), and a moment of little lag;
 *   <li>fence: no transaction writes to a migrated table, and none can begin to;
 *   <li>drain: the end of the log is read, and everything before it applied; a change beyond it is a leak and ends it;
 *   <li>fill: what is in no stream, unlogged tables and large objects; deferrable constraints once more;
 *   <li>seal: the source is closed for who connects, even if this process dies; large objects, schema and log are looked at once more; a
 *       transaction on the target puts triggers and identities back; the clients' sessions are ended;
 *   <li>decide: the same transaction sets the sequences and records the decision;
 *   <li>switch: the source is searched for writes once more, it is recorded that traffic may be switched, and traffic goes to the target.
 * </ol>
 *
 * <p>Until the decision every failure opens the source again. If the switch fails, or a write is found before it, the decision is taken
 * back first, then the source is opened, so that at no moment both sides take writes. So does {@link InterruptedCutover}, but only as long
 * as it is not recorded that traffic may be switched: from there it only goes forward. From the drain to the decision each step has to
 * be over within its share of the write pause. Used by one thread.
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
        return attempt(
                attempt, CutoverController::behind, report -> attempt.clock().tellCompleted(report));
    }

    /**
     * Does all of a cutover up to where traffic would be switched, and takes it back.
     *
     * @return how it went
     * @throws CutoverRevertedException if it could not be brought so far; the source takes writes
     * @throws MigrationException if the source could not be opened again; resuming does it
     */
    public RehearsalReport rehearse() {
        CutoverAttempt attempt = new CutoverAttempt(context, subscriber, true);
        return attempt(
                attempt,
                CutoverController::rehearseBehind,
                report -> attempt.clock().tellRehearsed(report));
    }

    /** What is done behind the fence. */
    private interface Behind<R> {
        R run(CutoverAttempt attempt);
    }

    private <R> R attempt(CutoverAttempt attempt, Behind<R> behind, Consumer<R> tell) {
        attempt.clock().tellStarted();
        try {
            R report = inSessions(attempt, behind);
            tell.accept(report);
            return report;
        } catch (CutoverRevertedException e) {
            attempt.clock().tellReverted(e);
            throw e;
        } finally {
            attempt.endRecord();
        }
    }

    private <R> R inSessions(CutoverAttempt attempt, Behind<R> behind) {
        try (attempt) {
            try {
                attempt.prepare();
                attempt.raise(Deadline.after(context.plan().cutover().fenceTimeout()));
            } catch (Exception | Error e) {
                throw attempt.isFenced() ? attempt.undo(e) : notFenced(attempt, e);
            }
            return behind.run(attempt);
        }
    }

    /** Nothing is to be undone where there is no fence, nor may it be by who is not the owner any more. */
    private MigrationException notFenced(CutoverAttempt attempt, Throwable e) {
        if (e instanceof MigrationException known && (attempt.isStuck() || isTakenOver())) {
            return known;
        }
        return beforeFence(attempt, e);
    }

    /** A target that does not answer has not said so. */
    private boolean isTakenOver() {
        try {
            context.state().requireOwner();
            return false;
        } catch (SQLException e) {
            return false;
        } catch (MigrationException e) {
            return true;
        }
    }

    private CutoverRevertedException beforeFence(CutoverAttempt attempt, Throwable e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        CutoverRevertedException reverted = new CutoverRevertedException(
                "the " + attempt.undertaking() + " of migration '"
                        + context.plan().name() + "' ended in step '"
                        + attempt.clock().current()
                        + "', before anything was fenced: " + WithoutValues.message(e),
                e);
        attempt.forgetStep(reverted);
        attempt.tellStay(reverted);
        return reverted;
    }

    /** What happens while writers wait. */
    private static CutoverReport behind(CutoverAttempt attempt) {
        try {
            upToDecision(attempt);
            attempt.confirm();
            attempt.recordSwitching();
            attempt.switchTraffic();
            return attempt.report();
        } catch (Exception | Error e) {
            throw attempt.undo(e);
        }
    }

    private static RehearsalReport rehearseBehind(CutoverAttempt attempt) {
        try {
            upToDecision(attempt);
            return attempt.takeBackRehearsal();
        } catch (Exception | Error e) {
            throw attempt.undo(e);
        }
    }

    private static void upToDecision(CutoverAttempt attempt) throws Exception {
        attempt.drain();
        attempt.fill();
        attempt.seal();
        attempt.decide();
    }
}
