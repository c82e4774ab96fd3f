package dev.godwit.internal.cutover;

import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.internal.plan.ReplicationEvents;
import dev.godwit.internal.state.GroupTables;
import dev.godwit.internal.state.GroupVote;
import dev.godwit.internal.state.MigrationRecord.CutoverStep;
import dev.godwit.internal.watch.SchemaWatch;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.WalPosition;
import dev.godwit.replication.apply.Subscriber;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.SchemaStage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to cut one migration over, step by step; {@link CutoverController} says what the steps are. Who drives it keeps
 * their order, for one migration or for several together. Used by one thread at a time.
 */
public final class CutoverAttempt implements AutoCloseable {
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

    private Lsn end = Lsn.ZERO;
    private Duration paused = Duration.ZERO;

    @Nullable
    private Connection source;

    @Nullable
    private Connection target;

    @Nullable
    private Fenced fenced;

    /** What is there from the fence on. */
    private record Fenced(RaisedFence fence, WritePause pause, Undo undo) {}

    /** Records how the cutover is decided, in the transaction that makes the target fit for traffic. */
    private interface Recording {
        void record(Connection target) throws SQLException;
    }

    public CutoverAttempt(CutoverContext context, Subscriber subscriber) {
        this.context = context;
        this.subscriber = subscriber;
        this.clock = new StepClock(context.plan().name(), context.events());
        this.sequences = new SequenceSync(context.catalog().sequences());
        this.deferrable = new DeferrableConstraints(context.catalog());
        this.refill = new Refill(context);
    }

    String name() {
        return context.plan().name();
    }

    CutoverContext context() {
        return context;
    }

    /** Gives the step that is running, or ran last. */
    String step() {
        return clock.current();
    }

    private Connection source() {
        return Objects.requireNonNull(source, "prepared first");
    }

    private Connection target() {
        return Objects.requireNonNull(target, "prepared first");
    }

    private Fenced fenced() {
        return Objects.requireNonNull(fenced, "fenced first");
    }

    void prepare() throws Exception {
        source = context.plan().source().open();
        target = context.plan().target().open();
        clock.run("prepare", () -> {
            BeforePause before = new BeforePause(context, subscriber);
            fingerprint = before.run(source(), target());
            deferrable.verify(target());
            refill.ahead(source(), target());
            target().setAutoCommit(false);
            sequences.carry(source(), target());
            target().commit();
            target().setAutoCommit(true);
            before.catchUp(source());
        });
    }

    /** Makes place for what is recorded of a group's cutover. */
    void prepareVote() throws SQLException {
        GroupTables.create(target());
    }

    /** Raises the fence; the write pause begins with it and may last as long as the plan says. */
    void raise(Instant deadline) throws Exception {
        RaisedFence fence =
                clock.time("fence", () -> context.plan().cutover().fence().raise(context.fenceContext(deadline)));
        fenced = new Fenced(
                fence,
                new WritePause(
                        fence.pausedSinceNanos(), context.plan().cutover().maxWritePause()),
                new Undo(context, fence));
    }

    boolean isFenced() {
        return fenced != null;
    }

    /** Lets the writers go on after a fence under which nothing was done; another one may be raised. */
    void lower() throws Exception {
        Fenced lowered = fenced();
        lowered.fence().lift();
        lowered.fence().close();
        fenced = null;
    }

    WritePause pause() {
        return fenced().pause();
    }

    /** From now on another pause counts than that of this migration alone. */
    void pause(WritePause common) {
        fenced = new Fenced(fenced().fence(), common, fenced().undo());
    }

    void drain() throws Exception {
        end = clock.time("drain", this::drainToEnd);
        // The last changes may have conflicted, too.
        context.conflicts().requireNone(target());
    }

    private Lsn drainToEnd() throws Exception {
        SchemaWatch.requireUnchanged(source(), fingerprint);
        Lsn flushed = WalPosition.flushedEnd(source());
        subscriber.armLeakCheck(flushed);
        if (!subscriber.awaitApplied(flushed, pause().remaining())) {
            throw new IllegalStateException("the changes up to " + flushed
                    + " were not applied within maxWritePause; the target has applied up to "
                    + subscriber.status().applied());
        }
        // The last word on what was applied.
        context.events().accept(ReplicationEvents.progress(name(), flushed, Duration.ZERO, subscriber.status()));
        return flushed;
    }

    void fill() throws Exception {
        clock.run("fill", () -> {
            refill.behindFence(source(), target(), pause().remaining());
            deferrable.verifyAgain(target(), pause().remaining().dividedBy(SHARE_OF_CHECKS));
        });
    }

    void seal() throws Exception {
        pause().requireWithin();
        clock.run("seal", () -> {
            context.state().recordCutoverStep(CutoverStep.SEALING);
            fenced().fence().seal();
            requireNoLeak();
            refill.closed(source(), target(), pause().remaining());
        });
    }

    /**
     * The source is closed by now: what was written behind the fence lies before the end of its log. Reading up to there finds
     * it, as the subscriber's failure, which this throws.
     */
    private void requireNoLeak() throws Exception {
        Lsn sealed = WalPosition.flushedEnd(source());
        if (!subscriber.awaitApplied(sealed, pause().remaining())) {
            throw new IllegalStateException("the log up to " + sealed
                    + " could not be searched for writes behind the fence within maxWritePause");
        }
    }

    /** Makes the target fit for traffic, and decides that it takes over. */
    void decide() throws Exception {
        makeFit(connection -> context.state().recordDecision(connection, end));
    }

    /** Makes the target fit for traffic, and leaves the decision to that of a group. */
    void vote(GroupVote vote) throws Exception {
        makeFit(connection -> context.state().recordVote(connection, end, vote));
    }

    private void makeFit(Recording recording) throws Exception {
        pause().requireWithin();
        fenced().undo().deciding();
        clock.run("decide", () -> {
            Connection connection = target();
            connection.setAutoCommit(false);
            new SchemaSteps(context.schemaPlan()).run(connection, SchemaStage.AT_CUTOVER);
            context.adjustments().restore(connection);
            // Sequences move outside transactions and locks; the source has been closed by now, so this is the last
            // word.
            sequences.carry(source(), connection);
            recording.record(connection);
            connection.commit();
        });
        fenced().undo().decided();
    }

    void switchTraffic() throws Exception {
        clock.run(
                "switch",
                () -> context.plan().cutover().trafficSwitch().switchToTarget(new SwitchContext(name(), end, false)));
        paused = Duration.ofNanos(System.nanoTime() - fenced().fence().pausedSinceNanos());
    }

    /** Records here what the group has decided: from now on nobody has to be asked. */
    void settle() throws SQLException {
        try (Connection connection = context.plan().target().open()) {
            connection.setAutoCommit(false);
            context.state().recordGroupDecision(connection, end);
            connection.commit();
        }
    }

    /** Gives how it went, once traffic has been switched. */
    public CutoverReport report() {
        return new CutoverReport(name(), end, paused, clock.steps(), sequences.count());
    }

    void tellStarted() {
        clock.tellStarted();
    }

    void tellCompleted() {
        clock.tellCompleted(report());
    }

    void tellReverted(CutoverRevertedException reverted) {
        clock.tellReverted(reverted);
    }

    /** Undoes everything; gives the exception that tells the caller how that went. */
    MigrationException undo(Throwable cause) {
        return fenced().undo().run(cause, clock.current());
    }

    /** Undoes everything, if there is anything to undo. */
    void takeBack(Throwable cause) throws Exception {
        Fenced raised = fenced;
        if (raised != null) {
            raised.undo().takeBack();
            raised.undo().forgetStep(cause);
        }
    }

    /** Frees what this process holds; what is closed stays closed. Without effect the second time. */
    @Override
    public void close() throws SQLException {
        Connection from = source;
        Connection to = target;
        Fenced raised = fenced;
        source = null;
        target = null;
        fenced = null;
        try (from;
                to) {
            if (raised != null) {
                raised.fence().close();
            }
        }
    }
}
