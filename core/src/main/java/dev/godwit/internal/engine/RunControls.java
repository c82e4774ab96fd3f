package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.MigrationException;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a user may do to a run from outside, but for the cutover: pausing, going on, tuning, cancelling, closing. Any thread may call. */
final class RunControls {
    private static final Logger LOG = LoggerFactory.getLogger(RunControls.class);
    /** How long a run that is closed may take to come to an end by itself before its sessions are cut off. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(30);

    private final RunCore core;
    private final RunCutover cutover;
    private final WayBack wayBack;
    private final RunVerification verification;
    private final Thread thread;
    private volatile boolean ending;
    private volatile boolean closed;

    /** What was cancelled; null until then. */
    @Nullable
    private volatile CleanUpReport cancelled;

    /**
     * Makes the controls of a run.
     *
     * @param thread the run's thread
     */
    RunControls(RunCore core, RunCutover cutover, WayBack wayBack, RunVerification verification, Thread thread) {
        this.core = core;
        this.cutover = cutover;
        this.wayBack = wayBack;
        this.verification = verification;
        this.thread = thread;
    }

    /** Tells whether the run is being ended, so that what fails in it is no failure. */
    boolean isEnding() {
        return ending;
    }

    /** Makes the run stand still, wherever it is; without effect if it does already. */
    void pause() {
        PhaseMachine phases = core.phases();
        requireOpen("paused");
        if (phases.pause(null)) {
            return;
        }
        MigrationPhase phase = phases.phase();
        switch (phase) {
            case PAUSED, SCHEMA, SNAPSHOT, CATCH_UP, READY_TO_CUTOVER -> {
                // It is paused already, or somebody has resumed it since.
            }
            case CUTOVER ->
                throw refused(
                        "paused",
                        "a cutover is under way, which ends within its maxWritePause; pause when it is over, if it was"
                                + " undone");
            case FAILED -> throw refused("paused", "it has failed, so nothing goes on anyhow; close() and resume()");
            case REVERSE_SYNC -> wayBack.pause();
            case CREATED, PREFLIGHT, COMPLETED, ROLLBACK, ROLLED_BACK, FINALIZED, CANCELLED ->
                throw refused("paused", "it is in " + phase);
        }
    }

    /** Goes on after a pause; without effect if there is none. */
    void resume() {
        requireOpen("resumed");
        if (core.phases().goOn()) {
            return;
        }
        MigrationPhase phase = core.phases().phase();
        if (phase == MigrationPhase.REVERSE_SYNC) {
            wayBack.resume();
        }
        if (phase == MigrationPhase.FAILED) {
            throw refused("resumed by its run", "it has failed; remove the cause, close() and Migration.resume()");
        }
        if (phase == MigrationPhase.CANCELLED) {
            throw refused("resumed", "it was cancelled");
        }
    }

    /** Gives what may be changed while the run is under way. */
    Tuning tuning() {
        requireOpen("changed");
        return core.tuning();
    }

    private void requireOpen(String what) {
        if (core.phases().isClosed() || closed) {
            throw refused(what, "its run was closed or cancelled; Migration.resume() makes another one");
        }
    }

    private MigrationException refused(String what, String why) {
        return new MigrationException(
                core.phases().phase(), "migration '" + core.name() + "' cannot be " + what + ": " + why, null);
    }

    /** Gives the migration up; without effect the second time. */
    CleanUpReport cancel(boolean clean) {
        return cutover.outside(() -> cancelOutsideCutover(clean));
    }

    private CleanUpReport cancelOutsideCutover(boolean clean) {
        CleanUpReport done = cancelled;
        if (done != null) {
            return done;
        }
        PhaseMachine phases = core.phases();
        if (phases.phase().isCutOver() || phases.phase() == MigrationPhase.CUTOVER) {
            throw refused("cancelled any more", "it is in " + phases.phase());
        }
        if (closed) {
            throw refused("cancelled", "its run was closed; Migration.cleanUp() does it without a run");
        }
        requireForgettable();
        stopThreads();
        CleanUpReport report;
        try {
            report = new Removal(
                            core.name(), core.origin().source(), core.origin().target(), clean)
                    .run(core.state());
        } catch (SQLException e) {
            throw new MigrationException(
                    phases.phase(),
                    "migration '" + core.name() + "' could not be cancelled: " + WithoutValues.message(e)
                            + ". Cancel again, or Migration.cleanUp(), once the server answers",
                    e);
        }
        phases.transition(MigrationPhase.CANCELLED);
        cancelled = report;
        close();
        return report;
    }

    /**
     * Forgets which cutovers of groups this migration has coordinated; by who owns all of their members.
     *
     * @throws MigrationException if this one waits for such a cutover's outcome itself
     */
    void forgetDecisions() {
        cutover.outside(() -> {
            core.state().groups().requireNoVote();
            try {
                core.state().groups().forgetDecisions();
            } catch (SQLException e) {
                throw new MigrationException(
                        core.phases().phase(),
                        "migration '" + core.name() + "' could not be cancelled: " + e.getMessage(),
                        e);
            }
            return true;
        });
    }

    private void requireForgettable() {
        try {
            core.state().groups().requireForgettable();
        } catch (SQLException e) {
            throw new MigrationException(
                    core.phases().phase(),
                    "migration '" + core.name() + "' could not be cancelled: " + e.getMessage(),
                    e);
        }
    }

    private void stopThreads() {
        ending = true;
        core.phases().close();
        verification.end();
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
        core.endStatus();
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
        cutover.outside(() -> {
            stopThreads();
            wayBack.end();
            closed = true;
            return closed;
        });
        core.endSessions();
        try {
            core.state().close();
        } catch (SQLException e) {
            LOG.debug("{}: closing the owning session: {}", core.name(), e.getMessage());
        }
        core.events().close();
    }
}
