package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.cutover.CutoverContext;
import dev.godwit.internal.cutover.CutoverController;
import dev.godwit.internal.cutover.InterruptedCutover;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.internal.state.StateStore;
import dev.godwit.internal.watch.SourceLimitException;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationCancelledException;
import dev.godwit.result.MigrationException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process's run of a migration: a thread that takes it from phase to phase until it is ready, and then watches the lag.
 * The cutover runs on the thread of whoever asks for it. Methods may be called by any thread.
 */
public final class MigrationEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationEngine.class);
    /** How long a run that is closed may take to come to an end by itself before its sessions are cut off. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(30);

    /** Not recorded: a new process goes on from the phase before. */
    private static final Set<MigrationPhase> MATTERS_OF_THE_PROCESS =
            EnumSet.of(MigrationPhase.PAUSED, MigrationPhase.FAILED, MigrationPhase.CANCELLED);

    /** The plan over connections that closing the run does not cut off. */
    private final MigrationPlan origin;

    private final MigrationPlan plan;
    private final OwnConnections source;
    private final OwnConnections target;
    private final StateStore state;
    private final EventDispatcher events;
    private final PhaseMachine phases;
    private final Thread thread;

    /** Held while a cutover is under way: a run is not closed in the middle of one. */
    private final ReentrantLock cutover = new ReentrantLock();

    private final JoinRequests requests = new JoinRequests();
    private volatile boolean closing;

    @Nullable
    private volatile RunContext context;

    @Nullable
    private volatile ApplySession apply;

    private MigrationEngine(MigrationPlan plan, StateStore state, EventDispatcher events) {
        this.origin = plan;
        this.source = new OwnConnections(plan.source());
        this.target = new OwnConnections(plan.target());
        this.plan = plan.withConnections(source, target);
        this.state = state;
        this.events = events;
        this.phases = new PhaseMachine(this::entered);
        this.thread = new Thread(this::run, "godwit-" + plan.name() + "-run");
        thread.setDaemon(true);
    }

    /** Starts a migration that is not recorded yet; returns when its preflight has passed and it is recorded. */
    public static MigrationEngine start(MigrationPlan plan) {
        return launch(plan, events -> Registration.register(plan, events));
    }

    /** Goes on with a recorded migration; starts it if it is not recorded. */
    public static MigrationEngine resume(MigrationPlan plan) {
        return launch(plan, events -> Registration.takeOver(plan, events));
    }

    private interface Opening {
        StateStore open(EventDispatcher events) throws SQLException;
    }

    private static MigrationEngine launch(MigrationPlan plan, Opening opening) {
        EventDispatcher events = new EventDispatcher(plan.name(), plan.listeners());
        try {
            MigrationEngine engine = new MigrationEngine(plan, opening.open(events), events);
            engine.thread.start();
            return engine;
        } catch (SQLException | RuntimeException e) {
            events.close();
            if (e instanceof MigrationException known) {
                throw known;
            }
            throw new MigrationException(
                    null, "migration '" + plan.name() + "' could not be taken up: " + e.getMessage(), e);
        }
    }

    /** Forgets a migration that no process runs: slot, publication, and what the target remembers. */
    public static void cleanUp(MigrationPlan plan) {
        Leftovers.forget(plan);
    }

    private void run() {
        try {
            MigrationRecord record = state.record();
            if (record.phase() == MigrationPhase.COMPLETED) {
                removeLeftovers();
                phases.resumeAt(MigrationPhase.COMPLETED);
                return;
            }
            // Ready is who applies changes, which this process has to begin first.
            phases.resumeAt(
                    record.phase() == MigrationPhase.READY_TO_CUTOVER ? MigrationPhase.CATCH_UP : record.phase());
            boolean cuttingOver = record.phase() == MigrationPhase.CUTOVER;
            boolean resumed = true;
            while (resumed) {
                requests.reading();
                new Patience(plan, state, events, phases)
                        .run(() -> context = new RunPreparation(plan, state, events).run());
                RunContext prepared = Objects.requireNonNull(context);
                ApplySession session = new ApplySession(prepared);
                apply = session;
                if (cuttingOver && !recoverCutover(prepared)) {
                    return;
                }
                cuttingOver = false;
                resumed = new PhaseSequence(prepared, phases, session, requests).run();
                if (resumed) {
                    // Everything is read anew, as in a new process, and so nothing of this one may go on applying.
                    session.stop();
                }
            }
        } catch (Exception | Error e) {
            if (closing || e instanceof InterruptedException) {
                LOG.info("{}: the run was stopped in {} ({})", plan.name(), phases.phase(), e.toString());
            } else {
                fail(e);
            }
        }
    }

    /** Ends a cutover in which an earlier process died; tells whether the run goes on. */
    private boolean recoverCutover(RunContext prepared) throws Exception {
        if (new InterruptedCutover(cutoverContext(prepared)).finishOrUndo()) {
            complete();
            return false;
        }
        phases.transition(MigrationPhase.CATCH_UP);
        return true;
    }

    /** Goes on after a pause. */
    public void resume() {
        if (!phases.transitionFrom(MigrationPhase.PAUSED, MigrationPhase.CATCH_UP)) {
            throw new MigrationException(
                    phases.phase(), "migration '" + plan.name() + "' is not paused but in " + phases.phase(), null);
        }
    }

    /** Cuts over; waits until it is done or undone. */
    public CutoverReport cutover() {
        cutover.lock();
        try {
            return cutOver();
        } finally {
            cutover.unlock();
        }
    }

    private CutoverReport cutOver() {
        if (requests.isOpen() || !phases.transitionFrom(MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CUTOVER)) {
            throw new MigrationException(
                    phases.phase(),
                    "migration '" + plan.name() + "' is in phase " + phases.phase()
                            + ", and a cutover begins in READY_TO_CUTOVER; await it first",
                    phases.failure().orElse(null));
        }
        ApplySession session = Objects.requireNonNull(apply);
        try {
            CutoverReport report =
                    new CutoverController(cutoverContext(Objects.requireNonNull(context)), session.running()).run();
            complete();
            return report;
        } catch (CutoverRevertedException e) {
            backToReady(session, e);
            throw e;
        } catch (RuntimeException e) {
            fail(e);
            throw e;
        }
    }

    private CutoverContext cutoverContext(RunContext run) {
        return new CutoverContext(
                run.plan(),
                plan.tables(),
                run.catalog(),
                run.schemaPlan(),
                state,
                run.adjustments(),
                run.watch(),
                run::publish);
    }

    /** Applies again what comes after the cutover that was undone. */
    private void backToReady(ApplySession session, CutoverRevertedException reverted) {
        try {
            session.stop();
            session.start();
            phases.transition(MigrationPhase.READY_TO_CUTOVER);
        } catch (SQLException | RuntimeException e) {
            reverted.addSuppressed(e);
            fail(e);
        }
    }

    /** It is recorded first, so that it stays true whatever happens; told last, so that whoever awaits it may close the run. */
    private void complete() {
        record(MigrationPhase.CUTOVER, MigrationPhase.COMPLETED);
        stopApply();
        removeLeftovers();
        phases.transition(MigrationPhase.COMPLETED);
    }

    /** The migration is over whether or not this succeeds; a slot that stays would fill the source's disk, so it is said. */
    private void removeLeftovers() {
        MigrationRecord record = null;
        try {
            record = state.record();
            Leftovers.remove(origin.source(), record);
        } catch (SQLException | RuntimeException e) {
            String message = "slot and publication could not be removed from the source (" + e.getMessage()
                    + "); resume() tries again, or by hand: " + (record == null ? "" : Leftovers.byHand(record));
            LOG.warn("{}: {}", plan.name(), message);
            events.publish(new MigrationEvent.Warning(plan.name(), Instant.now(), message));
        }
    }

    /** Takes what is to join the stream. */
    public TableRequests tableRequests() {
        return new TableRequests(plan, state, phases, requests);
    }

    /** Gives what was changed in the source's schema. */
    public SchemaChanges schemaChanges() {
        return new SchemaChanges(plan, phases, context);
    }

    /** Gives what was recorded instead of being applied. */
    public RecordedConflicts recordedConflicts() {
        return new RecordedConflicts(plan, phases);
    }

    /** Gives the migration up: stops, and removes slot, publication and memory. Tables on the target stay. */
    public void cancel() {
        cutover.lock();
        try {
            cancelOutsideCutover();
        } finally {
            cutover.unlock();
        }
    }

    private void cancelOutsideCutover() {
        if (phases.phase() == MigrationPhase.COMPLETED || phases.phase() == MigrationPhase.CUTOVER) {
            throw new MigrationException(
                    phases.phase(), "a migration in " + phases.phase() + " cannot be cancelled any more", null);
        }
        stopThreads();
        try {
            Leftovers.remove(origin.source(), state.record());
            phases.transition(MigrationPhase.CANCELLED);
            state.forget();
        } catch (SQLException e) {
            throw new MigrationException(
                    phases.phase(), "migration '" + plan.name() + "' could not be cancelled: " + e.getMessage(), e);
        } finally {
            close();
        }
    }

    private void entered(MigrationPhase from, MigrationPhase to) {
        if (!MATTERS_OF_THE_PROCESS.contains(to)) {
            record(from, to);
        }
        LOG.info("{}: {} -> {}", plan.name(), from, to);
        events.publish(new MigrationEvent.PhaseChanged(plan.name(), Instant.now(), from, to));
    }

    private void record(MigrationPhase from, MigrationPhase to) {
        try {
            state.recordPhase(to);
        } catch (SQLException e) {
            throw new MigrationException(from, "phase " + to + " could not be recorded: " + e.getMessage(), e);
        }
    }

    private void fail(Throwable cause) {
        MigrationPhase phase = phases.phase();
        String message = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        LOG.error("{}: failed in {}: {}", plan.name(), phase, message, cause);
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
        phases.fail(cause);
        events.publish(new MigrationEvent.Failed(plan.name(), Instant.now(), phase, message));
    }

    /** Gives the present phase. */
    public MigrationPhase phase() {
        return phases.phase();
    }

    /** Waits for a phase, or for one behind it. A cutover, perhaps that of a process that died, may yet lead back: not one. */
    public void await(MigrationPhase wanted, Duration timeout) throws InterruptedException {
        MigrationPhase reached =
                phases.await(phase -> phase.compareTo(wanted) >= 0 && phase != MigrationPhase.CUTOVER, timeout);
        if (reached == MigrationPhase.PAUSED) {
            throw SchemaPause.exception(plan.name(), phases.failure().orElse(null));
        }
        if (reached == MigrationPhase.FAILED) {
            Throwable cause = phases.failure().orElse(null);
            throw new MigrationException(
                    reached,
                    "migration '" + plan.name() + "' failed: " + (cause == null ? "?" : cause.getMessage()),
                    cause);
        }
        if (reached == MigrationPhase.CANCELLED) {
            throw new MigrationCancelledException("migration '" + plan.name() + "' was cancelled", null);
        }
    }

    private void stopApply() {
        Optional.ofNullable(apply).ifPresent(ApplySession::stop);
    }

    private void stopThreads() {
        closing = true;
        phases.close();
        stopApply();
        thread.interrupt();
        if (Thread.currentThread() != thread) {
            join(GRACE);
            if (thread.isAlive()) {
                source.end();
                target.end();
                join(JOIN_TIMEOUT);
            }
        }
        stopApply();
    }

    private void join(Duration limit) {
        try {
            thread.join(limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Stops this process's part, after a cutover that is under way has ended; what is recorded allows another to go on.
     * Without effect the second time.
     */
    @Override
    public void close() {
        cutover.lock();
        try {
            stopThreads();
        } finally {
            cutover.unlock();
        }
        source.end();
        target.end();
        try {
            state.close();
        } catch (SQLException e) {
            LOG.debug("{}: closing the owning session: {}", plan.name(), e.getMessage());
        }
        events.close();
    }
}
