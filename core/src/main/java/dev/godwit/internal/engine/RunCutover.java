package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.cutover.CutoverContext;
import dev.godwit.internal.cutover.CutoverController;
import dev.godwit.internal.cutover.InterruptedCutover;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** The cutover of a run: asked for by a caller, on whose thread it runs, or left behind by a process that died. */
final class RunCutover {
    private final RunCore core;

    /** Held while a cutover is under way: a run is not ended in the middle of one. */
    private final ReentrantLock lock = new ReentrantLock();

    RunCutover(RunCore core) {
        this.core = core;
    }

    /** Does something while no cutover is under way, and keeps one from beginning. */
    void outside(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    /** Cuts over; waits until it is done or undone. */
    CutoverReport run() {
        lock.lock();
        try {
            return cutOver();
        } finally {
            lock.unlock();
        }
    }

    private CutoverReport cutOver() {
        PhaseMachine phases = core.phases();
        if (core.requests().isOpen()
                || !phases.transitionFrom(MigrationPhase.READY_TO_CUTOVER, MigrationPhase.CUTOVER)) {
            throw new MigrationException(
                    phases.phase(),
                    "migration '" + core.name() + "' is in phase " + phases.phase()
                            + ", and a cutover begins in READY_TO_CUTOVER; await it first",
                    phases.failure().orElse(null));
        }
        ApplySession session = Objects.requireNonNull(core.applyOrNull());
        try {
            CutoverReport report = new CutoverController(
                            context(Objects.requireNonNull(core.contextOrNull())), session.running())
                    .run();
            complete();
            return report;
        } catch (CutoverRevertedException e) {
            backToReady(session, e);
            throw e;
        } catch (RuntimeException e) {
            core.fail(e);
            throw e;
        }
    }

    private CutoverContext context(RunContext run) {
        return new CutoverContext(
                run.plan(),
                core.plan().tables(),
                run.catalog(),
                run.schemaPlan(),
                core.state(),
                run.adjustments(),
                run.watch(),
                run::publish);
    }

    /** Applies again what comes after the cutover that was undone. */
    private void backToReady(ApplySession session, CutoverRevertedException reverted) {
        try {
            session.stop();
            session.start();
            core.phases().transition(MigrationPhase.READY_TO_CUTOVER);
        } catch (SQLException | RuntimeException e) {
            reverted.addSuppressed(e);
            core.fail(e);
        }
    }

    /** Ends a cutover in which an earlier process died; tells whether the run goes on. */
    boolean recover(RunContext prepared) throws Exception {
        if (new InterruptedCutover(context(prepared)).finishOrUndo()) {
            complete();
            return false;
        }
        core.phases().transition(MigrationPhase.CATCH_UP);
        return true;
    }

    /** It is recorded first, so that it stays true whatever happens; told last, so that whoever awaits it may close the run. */
    private void complete() {
        core.record(MigrationPhase.CUTOVER, MigrationPhase.COMPLETED);
        core.stopApply();
        core.removeLeftovers();
        core.phases().transition(MigrationPhase.COMPLETED);
    }
}
