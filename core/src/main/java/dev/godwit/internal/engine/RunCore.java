package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.internal.state.StateStore;
import dev.godwit.internal.status.NextStep;
import dev.godwit.internal.status.StatusBoard;
import dev.godwit.internal.status.StatusKeeper;
import dev.godwit.internal.verify.ChangedRows;
import dev.godwit.internal.watch.SourceLimitException;
import dev.godwit.replication.WithoutValues;
import dev.godwit.replication.apply.ChangeTracker;
import dev.godwit.result.MigrationException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the run's thread, the cutover and the controls of one run share: its connections, its memory, its phase, and what is
 * being applied. Safe for use by any thread.
 */
final class RunCore {
    private static final Logger LOG = LoggerFactory.getLogger(RunCore.class);

    /** Not recorded: a new process goes on from the phase before. */
    private static final Set<MigrationPhase> MATTERS_OF_THE_PROCESS =
            EnumSet.of(MigrationPhase.PAUSED, MigrationPhase.FAILED, MigrationPhase.CANCELLED);

    private final MigrationPlan origin;
    private final MigrationPlan plan;
    private final OwnConnections source;
    private final OwnConnections target;
    private final StateStore state;
    private final EventDispatcher events;
    private final StatusKeeper status;
    private final PhaseMachine phases;
    private final Tuning tuning;
    private final JoinRequests requests = new JoinRequests();
    private final ChangeTracker tracker = new ChangeTracker();

    @Nullable
    private volatile RunContext context;

    @Nullable
    private volatile ApplySession apply;

    /** Since the last verification of the whole; null before there was one. */
    @Nullable
    private volatile ChangedRows changed;

    /** What is recorded already, and to be entered. */
    @Nullable
    private volatile MigrationPhase recordedAhead;

    /** Whether nothing of the way there is on the source any more. */
    private volatile boolean swept;

    /** What was told last of what stays there; null if nothing was. */
    @Nullable
    private volatile String toldLeft;

    RunCore(MigrationPlan plan, StateStore state, EventDispatcher events, StatusKeeper status) {
        this.origin = plan;
        this.source = new OwnConnections(plan.source());
        this.target = new OwnConnections(plan.target());
        this.plan = plan.withConnections(source, target);
        this.state = state;
        this.events = events;
        this.status = status;
        PhaseMachine machine = new PhaseMachine(this::entered);
        this.phases = machine;
        this.tuning = new Tuning(plan, () -> machine.phase() == MigrationPhase.PAUSED);
    }

    String name() {
        return plan.name();
    }

    /** Gives the plan over connections that ending the run cuts off. */
    MigrationPlan plan() {
        return plan;
    }

    /** Gives the plan over connections that ending the run does not cut off. */
    MigrationPlan origin() {
        return origin;
    }

    StateStore state() {
        return state;
    }

    EventDispatcher events() {
        return events;
    }

    /** Gives where the run's status is told. */
    StatusBoard board() {
        return status.board();
    }

    /** Stores the last of the status; from now on it is kept here only. */
    void endStatus() {
        status.close();
    }

    PhaseMachine phases() {
        return phases;
    }

    Tuning tuning() {
        return tuning;
    }

    JoinRequests requests() {
        return requests;
    }

    /** Gives what tells which rows are changed. */
    ChangeTracker tracker() {
        return tracker;
    }

    /** Gives what was changed since the last verification of the whole that this process has made. */
    Optional<ChangedRows> changed() {
        return Optional.ofNullable(changed);
    }

    /** From now on what has changed since another verification counts. */
    void changedSince(ChangedRows verified) {
        ChangedRows before = changed;
        changed = verified;
        if (before != null) {
            tracker.tellNoMore(before.rows());
        }
    }

    /** Gives what the run is about, as it was read last; null until it has been read. */
    @Nullable
    RunContext contextOrNull() {
        return context;
    }

    /** Takes what was read. */
    void prepared(RunContext read) {
        context = read;
    }

    /** Gives what applies changes; null until it is made. */
    @Nullable
    ApplySession applyOrNull() {
        return apply;
    }

    /** Takes what applies changes from now on. */
    void applying(ApplySession session) {
        apply = session;
    }

    void stopApply() {
        Optional.ofNullable(apply).ifPresent(ApplySession::stop);
    }

    /** Gives what does again what fails for a reason that may pass. */
    Patience patience() {
        return new Patience(plan(), state, events, phases);
    }

    /** Cuts off every session of the run but the owning one, and opens none any more. */
    void endSessions() {
        source.end();
        target.end();
    }

    private void entered(MigrationPhase from, MigrationPhase to) {
        if (!MATTERS_OF_THE_PROCESS.contains(to) && to != recordedAhead) {
            write(from, to);
        }
        LOG.info("{}: {} -> {}", name(), from, to);
        board().entered(to);
        events.publish(new MigrationEvent.PhaseChanged(name(), Instant.now(), from, to));
    }

    /** Records a phase on the target that is entered later, and from which nothing leads back. */
    void recordAhead(MigrationPhase from, MigrationPhase to) {
        write(from, to);
        recordedAhead = to;
    }

    private void write(MigrationPhase from, MigrationPhase to) {
        try {
            state.recordPhase(to);
        } catch (SQLException e) {
            throw new MigrationException(from, "phase " + to + " could not be recorded: " + e.getMessage(), e);
        }
    }

    /** Ends what is under way with FAILED. */
    void fail(Throwable failure) {
        Throwable cause = WithoutValues.of(failure);
        MigrationPhase phase = phases.phase();
        String message = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        LOG.error("{}: failed in {}: {}", name(), phase, message, cause);
        try {
            state.recordFailure(message);
        } catch (SQLException | RuntimeException e) {
            // The target may be what has failed; the phase recorded last is what resume() goes on from.
            cause.addSuppressed(e);
        }
        stopApply();
        if (cause instanceof SourceLimitException) {
            removeLeftovers();
        }
        board().stopped(message, NextStep.after(cause));
        phases.fail(cause);
        events.publish(new MigrationEvent.Failed(name(), Instant.now(), phase, message));
    }

    /** The migration is over whether or not this succeeds; a slot that stays would fill the source's disk, so it is said, once. */
    void removeLeftovers() {
        String left = dropLeftovers(new ArrayList<>()).orElse(null);
        if (left != null && !left.equals(toldLeft)) {
            String message = left + "; Migration.resume() tries again";
            LOG.warn("{}: {}", name(), message);
            events.publish(new MigrationEvent.Warning(name(), Instant.now(), message));
        }
        toldLeft = left;
    }

    /**
     * Removes slot and publication of the way there from the source, unless this process has done that already.
     *
     * @param removed gets what is gone
     * @return what stays, and why; empty if nothing does
     */
    Optional<String> dropLeftovers(List<String> removed) {
        if (swept) {
            return Optional.empty();
        }
        String names = "";
        String byHand = "";
        try {
            MigrationRecord record = state.record();
            names = " " + record.slot();
            byHand = "; by hand: " + Leftovers.byHand(record);
            Optional<String> another =
                    SourceIdentity.of(name(), origin.source(), record).another();
            if (another.isPresent()) {
                return another.map(what -> "nothing was removed from the source: " + what
                        + "; if the one that it began on is gone for good there is nothing to do, else there, by hand: "
                        + Leftovers.byHand(record));
            }
            Traces.remove(origin.source(), record, removed);
            swept = true;
            return Optional.empty();
        } catch (SQLException | RuntimeException e) {
            return Optional.of(
                    "slot and publication" + names + " may still be on the source, which then keeps its log for them ("
                            + WithoutValues.message(e) + ")" + byHand);
        }
    }
}
