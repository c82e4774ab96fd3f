package dev.godwit.internal.cutover;

import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.WriteFence;
import dev.godwit.internal.plan.ReplicationEvents;
import dev.godwit.internal.state.MigrationRecord.CutoverStep;
import dev.godwit.internal.watch.SchemaWatch;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.WalPosition;
import dev.godwit.replication.WithoutValues;
import dev.godwit.replication.apply.Subscriber;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.SchemaStage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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
    /** Of the pause that is left, what may be spent on looking a second time. */
    private static final int SHARE_OF_CHECKS = 4;

    private final CutoverContext context;
    private final Subscriber subscriber;
    private final StepClock clock;
    private final SequenceSync sequences;
    private final DeferrableConstraints deferrable;
    private final Refill refill;
    /** Of the source's schema as it was compared with the target's. */
    private String fingerprint = "";

    public CutoverController(CutoverContext context, Subscriber subscriber) {
        this.context = context;
        this.subscriber = subscriber;
        this.clock = new StepClock(context.plan().name(), context.events());
        this.sequences = new SequenceSync(context.catalog().sequences());
        this.deferrable = new DeferrableConstraints(context.catalog());
        this.refill = new Refill(context);
    }

    /**
     * Cuts over.
     *
     * @return how it went
     * @throws CutoverRevertedException if it was undone
     * @throws MigrationException if it could neither be finished nor undone; resuming goes on from there
     */
    public CutoverReport run() {
        return clock.attempt(this::attempt);
    }

    private CutoverReport attempt() {
        CutoverReport report = null;
        try (Connection source = context.plan().source().open();
                Connection target = context.plan().target().open()) {
            prepare(source, target);
            RaisedFence fence = clock.time("fence", this::raise);
            try (fence) {
                report = behind(fence, source, target);
            }
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
                    "the cutover of migration '" + context.plan().name() + "' ended in step '" + clock.current()
                            + "', before anything was fenced: " + WithoutValues.message(e),
                    e);
        }
    }

    private void prepare(Connection source, Connection target) throws Exception {
        clock.run("prepare", () -> {
            BeforePause before = new BeforePause(context, subscriber);
            fingerprint = before.run(source, target);
            deferrable.verify(target);
            refill.ahead(source, target);
            target.setAutoCommit(false);
            sequences.carry(source, target);
            target.commit();
            target.setAutoCommit(true);
            before.catchUp(source);
        });
    }

    private RaisedFence raise() throws Exception {
        WriteFence fence = context.plan().cutover().fence();
        return fence.raise(
                context.fenceContext(Instant.now().plus(context.plan().cutover().fenceTimeout())));
    }

    /** What happens while writers wait. */
    private CutoverReport behind(RaisedFence fence, Connection source, Connection target) {
        Undo undo = new Undo(context, fence);
        try {
            Lsn end = clock.time("drain", () -> drain(fence, source));
            // The last changes may have conflicted, too.
            context.conflicts().requireNone(target);
            clock.run("fill", () -> {
                refill.behindFence(source, target, remaining(fence));
                deferrable.verifyAgain(target, remaining(fence).dividedBy(SHARE_OF_CHECKS));
            });
            within(fence);
            clock.run("seal", () -> {
                context.state().recordCutoverStep(CutoverStep.SEALING);
                fence.seal();
                requireNoLeak(fence, source);
                refill.closed(source, target, remaining(fence));
            });
            within(fence);
            undo.deciding();
            clock.run("decide", () -> decide(end, source, target));
            undo.decided();
            clock.run("switch", () -> {
                context.plan()
                        .cutover()
                        .trafficSwitch()
                        .switchToTarget(new SwitchContext(context.plan().name(), end, false));
            });
            Duration pause = Duration.ofNanos(System.nanoTime() - fence.pausedSinceNanos());
            return new CutoverReport(context.plan().name(), end, pause, clock.steps(), sequences.count());
        } catch (Exception | Error e) {
            throw undo.run(e, clock.current());
        }
    }

    private Lsn drain(RaisedFence fence, Connection source) throws Exception {
        SchemaWatch.requireUnchanged(source, fingerprint);
        Lsn end = WalPosition.flushedEnd(source);
        subscriber.armLeakCheck(end);
        if (!subscriber.awaitApplied(end, remaining(fence))) {
            throw new IllegalStateException("the changes up to " + end
                    + " were not applied within maxWritePause; the target has applied up to "
                    + subscriber.status().applied());
        }
        tellProgress(end);
        return end;
    }

    /**
     * The source is closed by now: what was written behind the fence lies before the end of its log. Reading up to there finds
     * it, as the subscriber's failure, which this throws.
     */
    private void requireNoLeak(RaisedFence fence, Connection source) throws Exception {
        Lsn sealed = WalPosition.flushedEnd(source);
        if (!subscriber.awaitApplied(sealed, remaining(fence))) {
            throw new IllegalStateException("the log up to " + sealed
                    + " could not be searched for writes behind the fence within maxWritePause");
        }
    }

    /** The last word on what was applied. */
    private void tellProgress(Lsn end) {
        context.events()
                .accept(ReplicationEvents.progress(context.plan().name(), end, Duration.ZERO, subscriber.status()));
    }

    private void decide(Lsn end, Connection source, Connection target) throws SQLException {
        target.setAutoCommit(false);
        new SchemaSteps(context.schemaPlan()).run(target, SchemaStage.AT_CUTOVER);
        context.adjustments().restore(target);
        // Sequences move outside transactions and locks; the source has been closed by now, so this is the last word.
        sequences.carry(source, target);
        context.state().recordDecision(target, end);
        target.commit();
    }

    private Duration remaining(RaisedFence fence) {
        long paused = System.nanoTime() - fence.pausedSinceNanos();
        return context.plan().cutover().maxWritePause().minusNanos(paused);
    }

    private void within(RaisedFence fence) {
        if (remaining(fence).isNegative()) {
            throw new IllegalStateException("writes have been held back for longer than maxWritePause ("
                    + context.plan().cutover().maxWritePause() + ")");
        }
    }
}
