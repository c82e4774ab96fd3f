package dev.godwit.internal.engine;

import dev.godwit.copy.Throttle;
import dev.godwit.event.ListenerStatistics;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.copy.StandstillException;
import dev.godwit.internal.cutover.Participant;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.StateStore;
import dev.godwit.internal.status.StatusKeeper;
import dev.godwit.internal.verify.VerifySettings;
import dev.godwit.replication.ServerConnections;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.MigrationCancelledException;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RehearsalReport;
import dev.godwit.result.RepairReport;
import dev.godwit.result.RowDifference;
import dev.godwit.result.VerificationReport;
import dev.godwit.status.MigrationStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process's run of a migration: a thread that takes it from phase to phase until it is ready, and then watches the lag.
 * The cutover ({@link RunCutover}) runs on the thread of whoever asks for it, and so does what ends the run
 * ({@link RunControls}). Methods may be called by any thread.
 */
public final class MigrationEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationEngine.class);

    private final RunCore core;
    private final RunCutover cutover;
    private final RunVerification verification;
    private final RunControls controls;
    private final WayBack wayBack;
    private final Thread thread;

    private MigrationEngine(RunCore core, BooleanSupplier isAwaited) {
        this.core = core;
        this.verification = new RunVerification(core);
        this.cutover = new RunCutover(core, verification, isAwaited);
        this.thread = new Thread(this::run, "godwit-" + core.name() + "-run");
        this.wayBack = new WayBack(core, cutover);
        this.controls = new RunControls(core, cutover, wayBack, verification, thread);
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

    /** Takes the memory of a migration. */
    interface Opening {
        StateStore open(EventDispatcher events) throws SQLException;
    }

    private static MigrationEngine launch(MigrationPlan plan, Opening opening) {
        return launch(plan, opening, () -> false);
    }

    /**
     * Makes an engine over the memory that is opened for it.
     *
     * @param isAwaited whether somebody waits to end the run that this one is a part of
     */
    static MigrationEngine launch(MigrationPlan plan, Opening opening, BooleanSupplier isAwaited) {
        EventDispatcher events = new EventDispatcher(plan.name(), plan.listeners());
        try {
            StateStore state = opening.open(events);
            MigrationEngine engine =
                    new MigrationEngine(new RunCore(plan, state, events, keepStatus(plan, state)), isAwaited);
            engine.begin();
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

    private static StatusKeeper keepStatus(MigrationPlan plan, StateStore state) throws SQLException {
        try {
            return StatusKeeper.open(plan, state);
        } catch (SQLException | RuntimeException e) {
            state.close();
            throw e;
        }
    }

    /** Forgets a migration that no process runs: slot, publication, and what the target remembers, as far as there is anything. */
    public static CleanUpReport cleanUp(
            String migration, ServerConnections source, ServerConnections target, boolean cleanTarget) {
        return new Removal(migration, source, target, cleanTarget).cleanUp();
    }

    /** Forgets a migration that no process runs; its target database may not have been created. */
    public static CleanUpReport cleanUp(MigrationPlan plan, boolean cleanTarget) {
        return Removal.of(plan, cleanTarget).cleanUp(plan);
    }

    /** Forgets the migrations of a group, none of which any process runs. */
    public static List<CleanUpReport> cleanUp(List<MigrationPlan> plans, boolean cleanTarget) {
        return new GroupRemoval(plans, cleanTarget).run();
    }

    /** The caller finds the phase from which the run goes on. */
    private void begin() throws SQLException {
        try {
            MigrationPhase recorded = core.state().record().phase();
            if (recorded == MigrationPhase.ROLLED_BACK || recorded == MigrationPhase.FINALIZED) {
                new WayBackRemoval(core).run(recorded);
            } else if (recorded.isCutOver()) {
                core.removeLeftovers();
            }
            // Who has to wait for its turn is in no phase before that has come.
            if (core.plan().surroundings().turn().isNeeded(recorded)) {
                core.board().entered(MigrationPhase.CREATED);
            } else {
                takeUp(recorded);
            }
            thread.start();
        } catch (SQLException | RuntimeException e) {
            core.endStatus();
            core.state().close();
            throw e;
        }
    }

    private void takeUp(MigrationPhase recorded) {
        // Ready is who applies changes, which this process has to begin first.
        core.phases().resumeAt(recorded == MigrationPhase.READY_TO_CUTOVER ? MigrationPhase.CATCH_UP : recorded);
    }

    private void run() {
        try {
            throughItsTurn();
        } finally {
            core.plan().surroundings().turn().end();
        }
    }

    private void throughItsTurn() {
        try {
            if (phase() == MigrationPhase.CREATED) {
                MigrationPhase recorded =
                        core.patience().call(() -> core.state().record().phase());
                core.plan().surroundings().turn().await(recorded);
                takeUp(recorded);
            }
            if (!phase().isCutOver()) {
                goThroughPhases(phase() == MigrationPhase.CUTOVER);
            }
            if (core.patience().call(wayBack::isNeeded)) {
                wayBack.follow();
            }
        } catch (Exception | Error e) {
            if (controls.isEnding() || e instanceof InterruptedException) {
                LOG.info("{}: the run was stopped in {} ({})", core.name(), phase(), e.toString());
            } else {
                core.fail(e);
            }
        }
    }

    private void goThroughPhases(boolean cutoverInterrupted) throws Exception {
        boolean cuttingOver = cutoverInterrupted;
        boolean goesOn = true;
        while (goesOn) {
            core.requests().reading();
            RunContext prepared = prepare();
            ApplySession session = new ApplySession(prepared);
            core.applying(session);
            if (cuttingOver && !cutover.recover(prepared)) {
                return;
            }
            cuttingOver = false;
            goesOn = goesThrough(prepared, session);
        }
    }

    /** Tells whether it is to be done again: everything is read anew then, so nothing of before may go on applying. */
    private boolean goesThrough(RunContext prepared, ApplySession session) throws SQLException, InterruptedException {
        try {
            if (!new PhaseSequence(prepared, core.phases(), session, core.requests()).run()) {
                return false;
            }
            session.stop();
        } catch (StandstillException e) {
            session.stop();
            new Standstill(prepared, core.phases()).afterRequest();
        }
        return true;
    }

    private RunContext prepare() throws SQLException, InterruptedException {
        core.patience()
                .run(() -> core.prepared(new RunPreparation(
                                core.plan(), core.state(), core.events(), core.board(), core.tuning(), core.tracker())
                        .run()));
        return Objects.requireNonNull(core.contextOrNull());
    }

    /** Makes the run stand still; without effect if it does already. */
    public void pause() {
        controls.pause();
    }

    /** Goes on after a pause; without effect if there is none. */
    public void resume() {
        controls.resume();
    }

    /** Sets how many parts of the copy are under way at a time. */
    public void workers(int most) {
        controls.tuning().copy().workers(most);
    }

    /** Sets what the copy may move; 0 for no limit. */
    public void bytesPerSecond(long most) {
        controls.tuning().copy().bytesPerSecond(most);
    }

    /** Sets what decides when the copy pauses. */
    public void throttle(Throttle throttle) {
        controls.tuning().copy().throttle(throttle);
    }

    /** Sets how many sessions of the target apply changes. */
    public void appliers(int number) {
        controls.tuning().appliers(number);
    }

    /** Cuts over; waits until it is done or undone. */
    public CutoverReport cutover() {
        return cutover.run();
    }

    /** Rehearses the cutover; waits until all is as it was. */
    public RehearsalReport rehearseCutover() {
        return cutover.rehearse();
    }

    /** Rolls back; waits until it is done or undone. */
    public CutoverReport rollback() {
        return wayBack.rollback();
    }

    /** Waits until a rollback may be called. */
    public void awaitReadyToRollback(Duration timeout) throws InterruptedException {
        wayBack.awaitReady(timeout);
    }

    /** Gives the way back up. */
    public CleanUpReport finalizeMigration() {
        return wayBack.finalizeMigration();
    }

    /** Compares both sides while everybody goes on. */
    public VerificationReport verify(VerifySettings settings) throws InterruptedException {
        return verification.verify(settings);
    }

    /** Copies rows afresh. */
    public RepairReport repair(List<RowDifference> rows) throws InterruptedException {
        return verification.repair(rows);
    }

    /** Takes part in a cutover of several; {@link #leaveCutover} has to follow, on the same thread. */
    public Participant joinCutover() {
        return cutover.join();
    }

    /** Ends taking part in a cutover of several. */
    public void leaveCutover() {
        cutover.leave();
    }

    /** Takes what is to join the stream. */
    public TableRequests tableRequests() {
        return new TableRequests(core.plan(), core.state(), core.phases(), core.requests(), verification);
    }

    /** Gives what was changed in the source's schema. */
    public SchemaChanges schemaChanges() {
        MigrationEngine back = wayBack.innerOrNull();
        if (back != null) {
            return back.schemaChanges();
        }
        return new SchemaChanges(core.plan(), core.phases(), core.contextOrNull());
    }

    /** Gives what was recorded instead of being applied. */
    public RecordedConflicts recordedConflicts() {
        MigrationEngine back = wayBack.innerOrNull();
        if (back != null) {
            return back.recordedConflicts();
        }
        return new RecordedConflicts(core.plan(), core.phases(), core.state().ownership());
    }

    /** Gives the migration up: stops, and removes slot, publication and memory, and from the target what it made there if asked to. */
    public CleanUpReport cancel(boolean cleanTarget) {
        return controls.cancel(cleanTarget);
    }

    /** Gives where the run stands. */
    public MigrationStatus status() {
        wayBack.refresh();
        return core.board().status();
    }

    /** Gives how listeners fare. */
    public ListenerStatistics listenerStatistics() {
        return core.events().statistics();
    }

    /** Makes sure that the migration does not wait for the outcome of a group's cutover. */
    public void requireNoVote() {
        core.state().groups().requireNoVote();
    }

    /** Forgets which cutovers of groups this migration has coordinated; by who owns all of their members. */
    public void forgetDecisions() {
        controls.forgetDecisions();
    }

    /** Gives the present phase. */
    public MigrationPhase phase() {
        return core.phases().phase();
    }

    /** Waits for a phase, or for one behind it. */
    public void await(MigrationPhase wanted, Duration timeout) throws InterruptedException {
        requireGoing(core.phases().await(phase -> isReached(phase, wanted), timeout));
    }

    /** Tells whether a phase is reached, or one behind it, and throws what {@link #await} does if it will not be before somebody acts. */
    public boolean hasReached(MigrationPhase wanted) {
        MigrationPhase phase = phase();
        if (isReached(phase, wanted)) {
            return true;
        }
        requireGoing(phase);
        core.phases().requireNotClosed();
        return false;
    }

    /** Waits for the phase to change, at most for the time given. */
    public void awaitChange(Duration timeout) throws InterruptedException {
        core.phases().awaitChange(timeout);
    }

    /** A cutover, perhaps that of a process that died, may yet lead back: it is behind nothing. */
    private static boolean isReached(MigrationPhase phase, MigrationPhase wanted) {
        return phase.compareTo(wanted) >= 0
                && phase != MigrationPhase.CUTOVER
                && !PhaseMachine.STANDSTILL.contains(phase);
    }

    private void requireGoing(MigrationPhase phase) {
        if (phase == MigrationPhase.PAUSED) {
            throw SchemaPause.exception(core.name(), core.phases().failure().orElse(null));
        }
        if (phase == MigrationPhase.FAILED) {
            Throwable cause = core.phases().failure().orElse(null);
            throw new MigrationException(
                    phase,
                    "migration '" + core.name() + "' failed: " + (cause == null ? "?" : cause.getMessage()),
                    cause);
        }
        if (phase == MigrationPhase.CANCELLED) {
            throw new MigrationCancelledException("migration '" + core.name() + "' was cancelled", null);
        }
    }

    /**
     * Stops this process's part, after a cutover that is under way has ended; what is recorded allows another to go on.
     * Without effect the second time.
     */
    @Override
    public void close() {
        controls.close();
    }
}
