package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationException;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a user may do to a run from outside, but for the cutover: going on after a pause, cancelling, closing. Any thread may call. */
final class RunControls {
    private static final Logger LOG = LoggerFactory.getLogger(RunControls.class);
    /** How long a run that is closed may take to come to an end by itself before its sessions are cut off. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(30);

    private final RunCore core;
    private final RunCutover cutover;
    private final Thread thread;
    private volatile boolean ending;

    /**
     * Makes the controls of a run.
     *
     * @param thread the run's thread
     */
    RunControls(RunCore core, RunCutover cutover, Thread thread) {
        this.core = core;
        this.cutover = cutover;
        this.thread = thread;
    }

    /** Tells whether the run is being ended, so that what fails in it is no failure. */
    boolean isEnding() {
        return ending;
    }

    /** Goes on after a pause. */
    void resume() {
        PhaseMachine phases = core.phases();
        if (!phases.transitionFrom(MigrationPhase.PAUSED, MigrationPhase.CATCH_UP)) {
            throw new MigrationException(
                    phases.phase(), "migration '" + core.name() + "' is not paused but in " + phases.phase(), null);
        }
    }

    /** Gives the migration up: stops, and removes slot, publication and memory. Tables on the target stay. */
    void cancel() {
        cutover.outside(this::cancelOutsideCutover);
    }

    private void cancelOutsideCutover() {
        PhaseMachine phases = core.phases();
        if (phases.phase() == MigrationPhase.COMPLETED || phases.phase() == MigrationPhase.CUTOVER) {
            throw new MigrationException(
                    phases.phase(), "a migration in " + phases.phase() + " cannot be cancelled any more", null);
        }
        stopThreads();
        try {
            Leftovers.remove(core.origin().source(), core.state().record());
            phases.transition(MigrationPhase.CANCELLED);
            core.state().forget();
        } catch (SQLException e) {
            throw new MigrationException(
                    phases.phase(), "migration '" + core.name() + "' could not be cancelled: " + e.getMessage(), e);
        } finally {
            close();
        }
    }

    private void stopThreads() {
        ending = true;
        core.phases().close();
        core.stopApply();
        thread.interrupt();
        if (Thread.currentThread() != thread) {
            join(GRACE);
            if (thread.isAlive()) {
                core.endSessions();
                join(JOIN_TIMEOUT);
            }
        }
        core.stopApply();
    }

    private void join(Duration limit) {
        try {
            thread.join(limit.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops this process's part, after a cutover that is under way has ended. Without effect the second time. */
    void close() {
        cutover.outside(this::stopThreads);
        core.endSessions();
        try {
            core.state().close();
        } catch (SQLException e) {
            LOG.debug("{}: closing the owning session: {}", core.name(), e.getMessage());
        }
        core.events().close();
    }
}
