package dev.godwit.internal.cutover;

import dev.godwit.cutover.Deadline;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.internal.cutover.WritePause.Share;
import dev.godwit.internal.state.GroupTables;
import dev.godwit.internal.state.GroupVote;
import dev.godwit.internal.state.MigrationRecord.CutoverStep;
import dev.godwit.internal.state.Sealing;
import dev.godwit.replication.WithoutValues;
import dev.godwit.replication.apply.Subscriber;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RehearsalReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to cut one migration over, step by step; {@link CutoverController} says what the steps are. Who drives it keeps
 * their order, for one migration or for several together. Used by one thread at a time.
 */
public final class CutoverAttempt implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CutoverAttempt.class);

    /** Of the pause that is left, what may be spent on looking a second time. */
    private static final int SHARE_OF_CHECKS = 4;

    /** How long it may take at least to record that traffic may be switched. */
    private static final Duration TO_RECORD = Duration.ofSeconds(1);

    private final CutoverContext context;
    private final boolean rehearsal;
    private final Traffic traffic;
    private final Subscriber subscriber;
    private final ClosedSource closedSource;
    private final StepRecorder recorder;
    private final StepClock clock;
    private final SequenceSync sequences;
    private final Takeover takeover;
    private final DeferrableConstraints deferrable;
    private final Refill refill;
    private final Recheck recheck;
    private final EndOfLog end;
    private final LastLook lastLook;

    /** Of the source's schema as it was compared with the target's. */
    private String fingerprint = "";

    private String slot = "";

    /** Whether it is recorded that the source may be closed. */
    private boolean marked;

    private Duration paused = Duration.ZERO;

    @Nullable
    private Connection source;

    @Nullable
    private Connection target;

    @Nullable
    private FencedSource fenced;

    /** A fence that neither holds nor could be taken away; null if there is none. */
    @Nullable
    private MigrationException stuck;

    /** Prepares an attempt that is meant. */
    public CutoverAttempt(CutoverContext context, Subscriber subscriber) {
        this(context, subscriber, false);
    }

    /**
     * Prepares an attempt.
     *
     * @param rehearsal whether it is to be taken back whatever comes; traffic is told nothing then
     */
    CutoverAttempt(CutoverContext context, Subscriber subscriber, boolean rehearsal) {
        this.context = context;
        this.subscriber = subscriber;
        this.rehearsal = rehearsal;
        this.traffic = new Traffic(
                context.plan().name(),
                rehearsal ? TrafficSwitch.byHand() : context.plan().cutover().trafficSwitch());
        this.closedSource = new ClosedSource(context);
        this.recorder = new StepRecorder(context.plan().name());
        this.clock = new StepClock(context.plan().name(), context.events(), recorder);
        this.sequences = new SequenceSync(
                context.catalog().sequences(), context.plan().cutover().sequenceMargin());
        this.takeover = new Takeover(context, sequences);
        this.deferrable = new DeferrableConstraints(context.catalog());
        this.refill = new Refill(context);
        this.recheck = new Recheck(context);
        this.end = new EndOfLog(context, subscriber);
        this.lastLook = new LastLook(context, refill, end);
    }

    String name() {
        return context.plan().name();
    }

    CutoverContext context() {
        return context;
    }

    /** Says what this is, for messages. */
    String undertaking() {
        return rehearsal ? "rehearsal of the cutover" : "cutover";
    }

    /** Gives what times the steps and tells of the whole. */
    StepClock clock() {
        return clock;
    }

    private Connection source() {
        return Objects.requireNonNull(source, "prepared first");
    }

    private Connection target() {
        return Objects.requireNonNull(target, "prepared first");
    }

    private FencedSource fenced() {
        return Objects.requireNonNull(fenced, "fenced first");
    }

    void prepare() throws Exception {
        source = context.plan().source().open();
        target = context.plan().target().open();
        recorder.start(context.plan().target(), context.state().ownership());
        slot = context.state().record().slot();
        clock.run("prepare", () -> {
            BeforePause before = new BeforePause(context, subscriber);
            fingerprint = before.run(source(), target());
            deferrable.verify(target());
            refill.ahead(source(), target());
            recheck.prepare(source(), target());
            takeover.prepare(source(), target());
            before.catchUp(source());
        });
    }

    /** Makes place for what is recorded of a group's cutover. */
    void prepareVote() throws SQLException {
        GroupTables.create(target());
    }

    /** Raises the fence; the write pause begins with it and may last as long as the plan says. */
    void raise(Deadline deadline) throws Exception {
        clock.run("fence", () -> {
            traffic.beforeFence();
            // From here on the source may be found closed by who resumes.
            marked = true;
            Sealing sealing = recordSealing(deadline);
            RaisedFence fence = fence(deadline, sealing);
            WritePause pause = new WritePause(
                    fence.pausedSinceNanos(), context.plan().cutover().maxWritePause());
            fenced = new FencedSource(
                    fence,
                    new Undo(
                            context,
                            fence,
                            undertaking(),
                            target().unwrap(PGConnection.class).getBackendPID(),
                            slot,
                            sealing),
                    watch(List.of(source(), target()), pause.nanosUntil(Share.DRAIN)),
                    pause);
        });
    }

    private RaisedFence fence(Deadline deadline, Sealing sealing) throws Exception {
        try {
            return context.plan().cutover().fence().raise(context.fenceToRaise(deadline, sealing));
        } catch (MigrationException e) {
            stuck = e;
            throw e;
        }
    }

    /** Of a group others may have their fences already. */
    @SuppressWarnings("try")
    private Sealing recordSealing(Deadline deadline) throws SQLException {
        long until = System.nanoTime() + deadline.left().toNanos();
        try (PauseWatch watch = watch(List.of(source()), until)) {
            return closedSource.recordSealing(source());
        }
    }

    private PauseWatch watch(List<Connection> sessions, long until) {
        return new PauseWatch(name(), sessions, context.state()::abortSession, until);
    }

    /** Takes note that nothing was fenced: who resumes has nothing to open. */
    void forgetStep(Throwable cause) {
        if (marked) {
            Undo.forgetStep(context, cause);
        }
    }

    /** Lets traffic go on where it was, once the source takes writes again. */
    void tellStay(Throwable reverted) {
        traffic.stay(end.position(), reverted);
    }

    boolean isFenced() {
        return fenced != null;
    }

    /** Tells whether a fence neither holds nor could be taken away. */
    boolean isStuck() {
        return stuck != null;
    }

    /** Lets the writers go on after a fence under which nothing was done; another one may be raised. */
    void lower() throws Exception {
        FencedSource lowered = fenced();
        lowered.endWatch();
        lowered.fence().lift();
        lowered.close();
        fenced = null;
    }

    WritePause pause() {
        return fenced().pause();
    }

    /** From now on another pause counts than that of this migration alone. */
    void pause(WritePause common) {
        fenced().pause(common);
    }

    void drain() throws Exception {
        fenced().within(Share.DRAIN, clock, "drain", () -> {
            traffic.fenced();
            end.drain(source(), pause());
            // The last changes may have conflicted, too.
            context.conflicts().requireNone(target());
        });
        if (recheck.isWanted()) {
            fenced().within(Share.FILL, clock, "recheck", () -> recheck.run(source(), target()));
        }
    }

    void fill() throws Exception {
        fenced().within(Share.FILL, clock, "fill", () -> {
            refill.behindFence(source(), target(), pause().remaining(Share.FILL));
            takeover.carryAgain(source(), target());
            deferrable.verifyAgain(target(), pause().remaining(Share.FILL).dividedBy(SHARE_OF_CHECKS));
            if (context.plan().cutover().refreshInside()) {
                target().setAutoCommit(false);
                new MaterializedViews(context.schemaPlan()).refresh(target());
                target().commit();
                target().setAutoCommit(true);
            }
        });
    }

    void seal() throws Exception {
        pause().requireWithin(Share.FILL);
        fenced().within(Share.SEAL, clock, "seal", () -> {
            context.state().requireOwner();
            if (rehearsal) {
                fenced().fence().rehearseSeal(pause().deadline(Share.SEAL));
            } else {
                fenced().fence().beginSeal(pause().deadline(Share.SEAL));
            }
            if (lastLook.ahead(source(), target(), fingerprint, pause())) {
                fenced().undo().takingOver(true);
                takeover.begin(target());
            }
            if (!rehearsal) {
                fenced().fence().seal(pause().deadline(Share.SEAL));
            }
            if (!lastLook.isStill(source())) {
                takeover.takeBack(target());
                fenced().undo().takingOver(false);
                lastLook.behind(source(), target(), fingerprint, pause());
            }
            takeover.lookAtSequences(source());
        });
    }

    /** Makes the target fit for traffic, and decides that it takes over; a rehearsal leaves it as it was. */
    void decide() throws Exception {
        makeFit(connection -> context.state().recordDecision(connection, end.position()));
    }

    /** Makes the target fit for traffic, and leaves the decision to that of a group. */
    void vote(GroupVote vote) throws Exception {
        makeFit(connection -> context.state().recordVote(connection, end.position(), vote));
    }

    private void makeFit(Takeover.Recording recording) throws Exception {
        pause().requireWithin(Share.SEAL);
        if (!rehearsal) {
            fenced().undo().deciding();
        }
        fenced().undo().takingOver(true);
        fenced().within(Share.DECIDE, clock, "decide", () -> {
            takeover.run(source(), target(), recording);
            pause().requireWithin(Share.DECIDE);
            if (rehearsal) {
                takeover.takeBack(target());
                fenced().undo().takingOver(false);
                // A commit that has to be durable costs what that of the decision does.
                context.state().ping();
            } else {
                target().commit();
            }
        });
        if (!rehearsal) {
            fenced().undo().decided();
        }
    }

    /**
     * Makes sure, behind the decision, that nobody has written at the source up to now, also not against its being closed, and that it
     * still is closed.
     */
    void confirm() throws Exception {
        pause().requireWithin(Share.DECIDE);
        fenced().within(Share.CONFIRM, () -> {
            if (!rehearsal) {
                fenced().fence().requireSealed(pause().deadline(Share.CONFIRM));
            }
            if (!lastLook.isStill(source())) {
                end.search(end.toSearch(source()), pause(), Share.CONFIRM);
            }
        });
        fenced().endWatch();
    }

    /** Records that from now on traffic may be switched, and the decision is not to be taken back by who resumes. */
    @SuppressWarnings("try")
    void recordSwitching() throws SQLException {
        // What is left of the pause may be less than a commit takes.
        long until = System.nanoTime() + Math.max(pause().remaining().toNanos(), TO_RECORD.toNanos());
        try (PauseWatch watch = watch(List.of(), until)) {
            if (rehearsal) {
                context.state().ping();
            } else {
                context.state().recordCutoverStep(CutoverStep.SWITCHING);
            }
        }
    }

    /** Has the user's traffic go to the target; nothing is in the way of that. */
    void switchTraffic() throws Exception {
        clock.run("switch", () -> traffic.switchToTarget(end.position()));
        paused = fenced().held();
    }

    /** Ends a rehearsal where traffic would be switched: the source takes writes again. */
    RehearsalReport takeBackRehearsal() throws Exception {
        confirm();
        recordSwitching();
        Duration expected = fenced().held();
        end.permit();
        fenced().undo().takeBack();
        Duration held = fenced().held();
        context.state().recordCutoverStep(null);
        return new RehearsalReport(name(), end.position(), expected, held, clock.steps(), sequences.count());
    }

    /** Records here what the group has decided: from now on nobody has to be asked. */
    public void settle() throws SQLException {
        takeover.settle(end.position());
    }

    /** Gives how it went, once traffic has been switched. */
    public CutoverReport report() {
        return new CutoverReport(name(), end.position(), paused, clock.steps(), sequences.count());
    }

    /** Undoes everything; gives the exception that tells the caller how that went. */
    MigrationException undo(Throwable cause) {
        fenced().endWatch();
        MigrationException outcome = fenced().undo().run(cause, clock.current());
        if (outcome instanceof CutoverRevertedException) {
            tellStay(outcome);
        }
        return outcome;
    }

    /** Undoes everything, if there is anything to undo. */
    void takeBack(Throwable cause) throws Exception {
        MigrationException halfRaised = stuck;
        if (halfRaised != null) {
            throw halfRaised;
        }
        FencedSource raised = fenced;
        if (raised != null) {
            raised.endWatch();
            raised.undo().takeBack();
        }
        forgetStep(cause);
    }

    /** Frees what this process holds; what is closed stays closed. Without effect the second time. */
    @Override
    public void close() {
        Connection from = source;
        Connection to = target;
        FencedSource raised = fenced;
        source = null;
        target = null;
        fenced = null;
        try (from;
                to) {
            if (raised != null) {
                raised.close();
            }
        } catch (SQLException e) {
            // After everything that matters.
            LOG.debug("{}: closing the cutover's sessions: {}", name(), WithoutValues.message(e));
        }
    }

    /** Returns when everything is recorded that was told. Without effect the second time. */
    void endRecord() {
        recorder.close();
    }
}
