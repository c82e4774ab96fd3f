package dev.godwit.internal.engine;

import dev.godwit.cutover.Deadline;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.CleanUpReport;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.status.FailureStatus;
import dev.godwit.status.MigrationStatus;
import dev.godwit.status.ReverseStatus;
import dev.godwit.status.WriteSide;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows the cutover of a migration with a way back: a second engine with the roles swapped keeps the old server in step,
 * and is cut over in a rollback. The run's thread looks after it; rollback and finalization run on their callers' threads, under the
 * lock of the cutover.
 */
final class WayBack {
    private static final Logger LOG = LoggerFactory.getLogger(WayBack.class);
    private static final Duration WATCH_EVERY = Duration.ofMillis(250);
    private static final Duration PING_EVERY = Duration.ofSeconds(5);
    /** How long to wait after the old server could not be taken in step, or be freed of what there is of the way there. */
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

    private static final String BEGINNING = "the old server is being taken in step";

    private final RunCore core;
    private final RunCutover cutover;

    /** The engine with the roles swapped; null as long as it is not there. */
    @Nullable
    private volatile MigrationEngine inner;

    /** Why it is not there. */
    private volatile String blocked = BEGINNING;

    private long pingedNanos = System.nanoTime();
    private long againNanos = System.nanoTime();
    private long sweepNanos = System.nanoTime();

    /** Of the rollback that was done by this process; guarded by the lock of the cutover. */
    @Nullable
    private CutoverReport done;

    /** Of the finalization that was done by this process; guarded by the lock of the cutover. */
    @Nullable
    private CleanUpReport finalized;

    WayBack(RunCore core, RunCutover cutover) {
        this.core = core;
        this.cutover = cutover;
    }

    /** Tells whether the migration goes on behind its cutover. */
    boolean isNeeded() throws SQLException {
        MigrationPhase phase = core.phases().phase();
        return switch (phase) {
            case COMPLETED -> core.state().record().reverseLsn() != null;
            case REVERSE_SYNC, ROLLBACK -> true;
            default -> false;
        };
    }

    /** Keeps the old server in step until the way back has ended, or the run is closed. Used by the run's thread. */
    void follow() throws SQLException, InterruptedException {
        Patience patience = core.patience();
        patience.run(() -> core.phases().transitionFrom(MigrationPhase.COMPLETED, MigrationPhase.REVERSE_SYNC));
        while (isOpen() && !core.phases().isClosed()) {
            patience.run(() -> cutover.tryOutside(this::look));
            core.phases().awaitChange(WATCH_EVERY);
        }
    }

    private boolean isOpen() {
        MigrationPhase phase = core.phases().phase();
        return phase == MigrationPhase.REVERSE_SYNC || phase == MigrationPhase.ROLLBACK;
    }

    /** Nobody rolls back or finalizes meanwhile. */
    private void look() {
        if (!isOpen()) {
            return;
        }
        try {
            if (System.nanoTime() - pingedNanos > PING_EVERY.toNanos()) {
                pingedNanos = System.nanoTime();
                core.state().ping();
            }
        } catch (SQLException e) {
            LOG.warn("{}: the target cannot be written to: {}", core.name(), e.getMessage());
            return;
        } catch (MigrationException e) {
            end();
            core.fail(e);
            return;
        }
        MigrationEngine engine = inner;
        if (engine == null) {
            engine = begin();
        }
        if (engine != null) {
            lookAt(engine);
        }
        sweep();
        refresh();
    }

    /** A slot of the way there would keep the old server's log as long as the way back lasts. */
    private void sweep() {
        if (isOpen() && System.nanoTime() - sweepNanos >= 0) {
            core.removeLeftovers();
            sweepNanos = System.nanoTime() + AGAIN_AFTER.toNanos();
        }
    }

    private void lookAt(MigrationEngine engine) {
        MigrationPhase at = engine.phase();
        if (at == MigrationPhase.COMPLETED) {
            rolledBack();
        } else if (core.phases().phase() == MigrationPhase.ROLLBACK && at != MigrationPhase.CUTOVER) {
            // That of a process that died.
            if (at == MigrationPhase.FAILED) {
                core.fail(stuck(engine));
                end();
            } else {
                core.phases().transition(MigrationPhase.REVERSE_SYNC);
            }
        }
    }

    private MigrationException stuck(MigrationEngine engine) {
        FailureStatus failure = engine.status().failure();
        return new MigrationException(
                MigrationPhase.ROLLBACK,
                "the rollback of migration '" + core.name() + "' could neither be finished nor undone: "
                        + (failure == null ? "?" : failure.reason())
                        + "; Migration.resume() goes on from what is recorded",
                null);
    }

    /** Gives null if it cannot be now; it is tried again. */
    private @Nullable MigrationEngine begin() {
        if (System.nanoTime() - againNanos < 0) {
            return null;
        }
        try {
            MigrationPlan back = new ReversePlan(core.origin(), core.events()).plan();
            MigrationEngine engine = MigrationEngine.launch(
                    back, events -> Mirror.of(back, core.state()).open(), cutover::isAwaited);
            inner = engine;
            return engine;
        } catch (RuntimeException e) {
            String message = String.valueOf(WithoutValues.of(e).getMessage());
            if (!message.equals(blocked)) {
                LOG.warn("{}: the old server cannot be taken in step: {}", core.name(), message);
                core.events()
                        .publish(new MigrationEvent.Warning(
                                core.name(), Instant.now(), "the old server cannot be taken in step: " + message));
            }
            blocked = message;
            againNanos = System.nanoTime() + AGAIN_AFTER.toNanos();
            return null;
        }
    }

    /** Tells the board how the way back stands. */
    void refresh() {
        if (!isOpen()) {
            return;
        }
        MigrationEngine engine = inner;
        if (engine == null) {
            core.board().reverse(ReverseStatus.blocked(blocked));
            return;
        }
        MigrationStatus status = engine.status();
        core.board()
                .reverse(new ReverseStatus(
                        status.phase() == MigrationPhase.READY_TO_CUTOVER
                                && core.phases().phase() == MigrationPhase.REVERSE_SYNC,
                        reason(status),
                        status.replication().lagBytes(),
                        status.replication().lag(),
                        status.replication().walRetainedBytes()));
        core.board()
                .writes(
                        switch (status.writes()) {
                            case SOURCE -> WriteSide.TARGET;
                            case TARGET -> WriteSide.SOURCE;
                            case NEITHER -> WriteSide.NEITHER;
                        });
    }

    private @Nullable String reason(MigrationStatus status) {
        FailureStatus failure = status.failure();
        return switch (status.phase()) {
            case READY_TO_CUTOVER ->
                core.phases().phase() == MigrationPhase.REVERSE_SYNC ? null : "a rollback is under way";
            case PAUSED, FAILED ->
                (failure == null ? "it stands still" : failure.reason())
                        + ". Once the cause is gone, MigrationRun.resume(); or finalizeMigration() gives the way back up";
            case CUTOVER, COMPLETED -> "a rollback is under way";
            default -> "the old server is behind the new one; await it (awaitReadyToRollback)";
        };
    }

    /** Waits until a rollback may be called. */
    void awaitReady(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.after(timeout);
        while (true) {
            MigrationEngine engine = inner;
            MigrationPhase phase = core.phases().phase();
            if (phase == MigrationPhase.REVERSE_SYNC && engine != null) {
                engine.await(MigrationPhase.READY_TO_CUTOVER, deadline.left());
                return;
            }
            // A rollback of a process that died may yet lead back.
            boolean begins = phase == MigrationPhase.COMPLETED
                    || phase == MigrationPhase.REVERSE_SYNC
                    || phase == MigrationPhase.ROLLBACK;
            if (!begins || core.phases().isClosed()) {
                throw refused(
                        "rolled back", "it is in " + phase + (core.phases().isClosed() ? ", and closed" : ""));
            }
            if (deadline.isPast()) {
                throw new MigrationException(phase, "no rollback is possible within " + timeout + ": " + blocked, null);
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for the old server");
            }
        }
    }

    /** Rolls back; waits until that is done or undone. */
    CutoverReport rollback() {
        return cutover.outside(this::rollBack);
    }

    private CutoverReport rollBack() {
        MigrationPhase phase = core.phases().phase();
        if (phase == MigrationPhase.ROLLED_BACK && done != null) {
            return done;
        }
        MigrationEngine engine = inner;
        if (core.phases().isClosed()) {
            throw refused("rolled back", "its run was closed; Migration.resume() makes another one");
        }
        if (phase != MigrationPhase.REVERSE_SYNC) {
            throw refused("rolled back", "it is in " + phase + ", and a rollback begins in REVERSE_SYNC");
        }
        if (engine == null || engine.phase() != MigrationPhase.READY_TO_CUTOVER) {
            throw refused("rolled back", engine == null ? blocked : String.valueOf(reason(engine.status())));
        }
        cutover.begin("rollback", () -> {
            core.phases().transition(MigrationPhase.ROLLBACK);
            return true;
        });
        try {
            CutoverReport report = engine.cutover();
            done = report;
            rolledBack();
            return report;
        } catch (RuntimeException e) {
            throw undone(engine, e);
        } catch (Error e) {
            core.fail(e);
            throw e;
        }
    }

    private RuntimeException undone(MigrationEngine engine, RuntimeException cause) {
        boolean undone = cause instanceof CutoverRevertedException;
        // What was undone is undone, even if the old server is not kept in step any more.
        if ((engine.phase() == MigrationPhase.FAILED && !undone) || engine.phase() == MigrationPhase.COMPLETED) {
            core.fail(cause);
            return cause;
        }
        try {
            cutover.end().patiently(() -> core.phases().transition(MigrationPhase.REVERSE_SYNC));
        } catch (InterruptedException | SQLException | RuntimeException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            cause.addSuppressed(e);
            core.fail(cause);
        }
        refresh();
        return undone
                ? new CutoverRevertedException(
                        "the rollback of migration '" + core.name()
                                + "' was undone, and the new server takes writes (it is the source on the way back): "
                                + cause.getMessage(),
                        cause)
                : cause;
    }

    /** It is recorded first, so that it stays true whatever happens; told last, so that whoever awaits it may close the run. */
    private void rolledBack() {
        cutover.end()
                .recordEnd(
                        core.phases().phase(),
                        MigrationPhase.ROLLED_BACK,
                        "rolled back, traffic was switched back and the new server is closed");
        end();
        new WayBackRemoval(core).run(MigrationPhase.ROLLED_BACK);
        core.phases().transition(MigrationPhase.ROLLED_BACK);
    }

    /** Gives the way back up; waits until what it took is gone. */
    CleanUpReport finalizeMigration() {
        return cutover.outside(this::giveUp);
    }

    private CleanUpReport giveUp() {
        MigrationPhase phase = core.phases().phase();
        CleanUpReport known = finalized;
        if (phase == MigrationPhase.FINALIZED) {
            return known == null ? new CleanUpReport(core.name(), List.of(), List.of()) : known;
        }
        if (core.phases().isClosed()) {
            throw refused("finalized", "its run was closed; Migration.resume() makes another one");
        }
        if (phase != MigrationPhase.REVERSE_SYNC) {
            throw refused(
                    "finalized",
                    "it is in " + phase
                            + (phase == MigrationPhase.COMPLETED
                                    ? ", and has no way back (reverse(true)), so nothing is left to be done"
                                    : ", and there is a way back to give up in REVERSE_SYNC only"));
        }
        end();
        core.recordAhead(phase, MigrationPhase.FINALIZED);
        CleanUpReport report = new WayBackRemoval(core).run(MigrationPhase.FINALIZED);
        finalized = report;
        core.phases().transition(MigrationPhase.FINALIZED);
        return report;
    }

    /** Makes the old server's keeping in step stand still. */
    void pause() {
        MigrationEngine engine = inner;
        if (engine == null) {
            throw refused("paused", blocked);
        }
        engine.pause();
    }

    /** Goes on after a pause or a failure. */
    void resume() {
        MigrationEngine engine = inner;
        if (engine == null) {
            return;
        }
        if (engine.phase() == MigrationPhase.FAILED) {
            cutover.outside(() -> {
                end();
                blocked = BEGINNING;
                againNanos = System.nanoTime();
                return true;
            });
        } else {
            engine.resume();
        }
    }

    /** Gives the engine with the roles swapped; null as long as it is not there. */
    @Nullable
    MigrationEngine innerOrNull() {
        return inner;
    }

    /** Stops this process's part. */
    void end() {
        MigrationEngine engine = inner;
        inner = null;
        if (engine != null) {
            engine.close();
        }
    }

    private MigrationException refused(String what, String why) {
        return new MigrationException(
                core.phases().phase(), "migration '" + core.name() + "' cannot be " + what + ": " + why, null);
    }
}
