package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.MigrationRecord;
import dev.godwit.internal.state.StateStore;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.MigrationCancelledException;
import dev.godwit.result.MigrationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
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
    private final RunControls controls;
    private final Thread thread;

    private MigrationEngine(MigrationPlan plan, StateStore state, EventDispatcher events) {
        this.core = new RunCore(plan, state, events);
        this.cutover = new RunCutover(core);
        this.thread = new Thread(this::run, "godwit-" + plan.name() + "-run");
        this.controls = new RunControls(core, cutover, thread);
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
            MigrationRecord record = core.state().record();
            if (record.phase() == MigrationPhase.COMPLETED) {
                core.removeLeftovers();
                core.phases().resumeAt(MigrationPhase.COMPLETED);
                return;
            }
            // Ready is who applies changes, which this process has to begin first.
            core.phases()
                    .resumeAt(
                            record.phase() == MigrationPhase.READY_TO_CUTOVER
                                    ? MigrationPhase.CATCH_UP
                                    : record.phase());
            goThroughPhases(record.phase() == MigrationPhase.CUTOVER);
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
        boolean resumed = true;
        while (resumed) {
            core.requests().reading();
            RunContext prepared = prepare();
            ApplySession session = new ApplySession(prepared);
            core.applying(session);
            if (cuttingOver && !cutover.recover(prepared)) {
                return;
            }
            cuttingOver = false;
            resumed = new PhaseSequence(prepared, core.phases(), session, core.requests()).run();
            if (resumed) {
                // Everything is read anew, as in a new process, and so nothing of this one may go on applying.
                session.stop();
            }
        }
    }

    private RunContext prepare() throws SQLException, InterruptedException {
        new Patience(core.plan(), core.state(), core.events(), core.phases())
                .run(() -> core.prepared(new RunPreparation(core.plan(), core.state(), core.events()).run()));
        return Objects.requireNonNull(core.contextOrNull());
    }

    /** Goes on after a pause. */
    public void resume() {
        controls.resume();
    }

    /** Cuts over; waits until it is done or undone. */
    public CutoverReport cutover() {
        return cutover.run();
    }

    /** Takes what is to join the stream. */
    public TableRequests tableRequests() {
        return new TableRequests(core.plan(), core.state(), core.phases(), core.requests());
    }

    /** Gives what was changed in the source's schema. */
    public SchemaChanges schemaChanges() {
        return new SchemaChanges(core.plan(), core.phases(), core.contextOrNull());
    }

    /** Gives what was recorded instead of being applied. */
    public RecordedConflicts recordedConflicts() {
        return new RecordedConflicts(core.plan(), core.phases());
    }

    /** Gives the migration up: stops, and removes slot, publication and memory. Tables on the target stay. */
    public void cancel() {
        controls.cancel();
    }

    /** Gives the present phase. */
    public MigrationPhase phase() {
        return core.phases().phase();
    }

    /** Waits for a phase, or for one behind it. A cutover, perhaps that of a process that died, may yet lead back: not one. */
    public void await(MigrationPhase wanted, Duration timeout) throws InterruptedException {
        PhaseMachine phases = core.phases();
        MigrationPhase reached =
                phases.await(phase -> phase.compareTo(wanted) >= 0 && phase != MigrationPhase.CUTOVER, timeout);
        if (reached == MigrationPhase.PAUSED) {
            throw SchemaPause.exception(core.name(), phases.failure().orElse(null));
        }
        if (reached == MigrationPhase.FAILED) {
            Throwable cause = phases.failure().orElse(null);
            throw new MigrationException(
                    reached,
                    "migration '" + core.name() + "' failed: " + (cause == null ? "?" : cause.getMessage()),
                    cause);
        }
        if (reached == MigrationPhase.CANCELLED) {
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
