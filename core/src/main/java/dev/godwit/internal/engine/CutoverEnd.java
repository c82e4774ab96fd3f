package dev.godwit.internal.engine;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationCancelledException;
import dev.godwit.result.MigrationException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * What follows a cutover, done or undone. A server may be out of reach just then, which changes nothing of what has happened: it is
 * waited for, unless somebody waits to end the run. Used by the thread that holds the lock of the cutover.
 */
final class CutoverEnd {
    private final RunCore core;
    private final BooleanSupplier isAwaited;

    /**
     * Prepares it.
     *
     * @param isAwaited whether somebody waits for the cutover, to end the run
     */
    CutoverEnd(RunCore core, BooleanSupplier isAwaited) {
        this.core = core;
        this.isAwaited = isAwaited;
    }

    /** Nothing is to be applied anew behind a rehearsal; but its target may be starting anew just then. */
    void readyAgain() {
        try {
            patiently(() -> core.phases().transition(MigrationPhase.READY_TO_CUTOVER));
        } catch (InterruptedException | SQLException | RuntimeException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            core.fail(e);
            throw new MigrationException(
                    MigrationPhase.CUTOVER,
                    "the cutover of migration '" + core.name()
                            + "' was rehearsed to its end, and the source takes writes, but the run could not become ready again: "
                            + WithoutValues.message(e) + ". Close it and resume the migration, which goes on applying",
                    e);
        }
    }

    /** Applies again what comes after the cutover that was undone. */
    void backToReady(ApplySession session, CutoverRevertedException reverted) {
        try {
            // What has undone the cutover may be a server that is starting anew.
            patiently(() -> {
                // Else who resumes would open a source that somebody has closed since.
                core.state().recordCutoverStep(null);
                session.stop();
                session.start();
                core.phases().transition(MigrationPhase.READY_TO_CUTOVER);
            });
            patiently(this::forgetWayBack);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reverted.addSuppressed(e);
            core.fail(e);
        } catch (SQLException | RuntimeException e) {
            reverted.addSuppressed(e);
            core.fail(e);
        }
    }

    /** Drops what was prepared and not needed. */
    void forgetWayBack() throws SQLException {
        if (core.plan().reverse()) {
            new ReverseStream(Objects.requireNonNull(core.contextOrNull())).disarm();
        }
    }

    /**
     * Records a phase behind which nothing can be undone, however long the target is out of reach meanwhile.
     *
     * @param done what the migration is by now, for messages
     */
    void recordEnd(MigrationPhase from, MigrationPhase to, String done) {
        try {
            patiently(() -> core.recordAhead(from, to));
        } catch (InterruptedException | SQLException | RuntimeException e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new MigrationException(
                    from,
                    "migration '" + core.name() + "' is " + done + ", but that could not be recorded: "
                            + WithoutValues.message(e)
                            + ". Close the run and resume the migration, which finds it and finishes",
                    e);
        }
    }

    /** Does it until it succeeds, or fails for good, or somebody waits to end the run. */
    void patiently(Patience.Step step) throws SQLException, InterruptedException {
        AtomicInteger tries = new AtomicInteger();
        core.patience().run(() -> {
            if (tries.getAndIncrement() > 0 && isAwaited.getAsBoolean()) {
                throw new MigrationCancelledException(
                        "the run was closed while it waited for a server that is out of reach", null);
            }
            step.run();
        });
    }
}
