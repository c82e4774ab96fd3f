package dev.godwit.internal.engine;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.cutover.CutoverAttempt;
import dev.godwit.internal.cutover.CutoverContext;
import dev.godwit.internal.cutover.CutoverController;
import dev.godwit.internal.cutover.InterruptedCutover;
import dev.godwit.internal.cutover.Participant;
import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RehearsalReport;
import dev.godwit.status.WriteSide;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The cutover of a run: asked for by a caller, on whose thread it runs, or left behind by a process that died. */
final class RunCutover {
    private final RunCore core;
    private final RunVerification verification;
    private final CutoverEnd end;

    /** Held while a cutover is under way: a run is not ended in the middle of one. */
    private final ReentrantLock lock = new ReentrantLock();

    /** The attempt under way; null if there is none. */
    private final AtomicReference<@Nullable CompletableFuture<CutoverReport>> attempt = new AtomicReference<>();

    /** How many wait to end the run once no cutover is under way. */
    private final AtomicInteger waiting = new AtomicInteger();

    /** Of the cutover that was done by this process; guarded by the lock. */
    @Nullable
    private CutoverReport done;

    /**
     * Prepares it.
     *
     * @param isAwaited whether somebody waits to end the run that this one is a part of
     */
    RunCutover(RunCore core, RunVerification verification, BooleanSupplier isAwaited) {
        this.core = core;
        this.verification = verification;
        this.end = new CutoverEnd(core, () -> isAwaited() || isAwaited.getAsBoolean());
    }

    /** Tells whether somebody waits to end the run once no cutover is under way. */
    boolean isAwaited() {
        return waiting.get() > 0;
    }

    /** Gives what follows a cutover, for who holds its lock. */
    CutoverEnd end() {
        return end;
    }

    /** Does something while no cutover is under way, and keeps one from beginning. */
    <T> T outside(Supplier<T> action) {
        waiting.incrementAndGet();
        lock.lock();
        try {
            waiting.decrementAndGet();
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Does something unless a cutover is under way. */
    void tryOutside(Runnable action) {
        if (lock.tryLock()) {
            try {
                action.run();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Cuts over; waits until it is done or undone. Who asks while a cutover is under way gets what comes of that one, and who asks
     * when it is done gets its report.
     */
    CutoverReport run() {
        refuseWithin("cutover()");
        CompletableFuture<CutoverReport> mine = new CompletableFuture<>();
        CompletableFuture<CutoverReport> other = attempt.compareAndExchange(null, mine);
        if (other != null) {
            return outcome(other);
        }
        lock.lock();
        try {
            mine.complete(cutOver());
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
        } finally {
            attempt.set(null);
            lock.unlock();
        }
        return outcome(mine);
    }

    private void refuseWithin(String call) {
        if (lock.isHeldByCurrentThread()) {
            throw new MigrationException(
                    core.phases().phase(),
                    "migration '" + core.name() + "' is being cut over by this very thread, which calls " + call
                            + " again",
                    null);
        }
    }

    /** Rehearses the cutover, once any other that is under way has ended; waits until all is as it was. */
    RehearsalReport rehearse() {
        refuseWithin("rehearseCutover()");
        lock.lock();
        try {
            ApplySession session = enter();
            RehearsalReport report;
            try {
                report = new CutoverController(context(refreshed("rehearsal of the cutover")), session.running())
                        .rehearse();
            } catch (CutoverRevertedException e) {
                end.backToReady(session, e);
                throw e;
            } catch (RuntimeException | Error e) {
                core.fail(e);
                throw e;
            }
            end.readyAgain();
            return report;
        } finally {
            lock.unlock();
        }
    }

    private static CutoverReport outcome(CompletableFuture<CutoverReport> attempt) {
        try {
            return attempt.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException known ? known : e;
        }
    }

    private CutoverReport cutOver() {
        if (core.phases().phase().isCutOver()) {
            if (done == null) {
                throw new MigrationException(
                        core.phases().phase(),
                        "migration '" + core.name()
                                + "' is completed, by the cutover of an earlier process, whose report went with it",
                        null);
            }
            return done;
        }
        ApplySession session = enter();
        try {
            RunContext run = refreshed("cutover");
            prepareWayBack();
            CutoverReport report = new CutoverController(context(run), session.running()).run();
            done = report;
            complete();
            return report;
        } catch (CutoverRevertedException e) {
            end.backToReady(session, e);
            throw e;
        } catch (RuntimeException | Error e) {
            core.fail(e);
            throw e;
        }
    }

    /** What was changed in the source's schema since the run has read it is read first. */
    private RunContext refreshed(String undertaking) {
        try {
            RunContext read = RunPreparation.refreshed(Objects.requireNonNull(core.contextOrNull()));
            core.prepared(read);
            return read;
        } catch (SQLException | RuntimeException e) {
            throw new CutoverRevertedException(
                    "the " + undertaking + " of migration '" + core.name()
                            + "' ended before anything was fenced: what was changed in the source's schema could not be read: "
                            + WithoutValues.message(e),
                    e);
        }
    }

    /** Ahead of everything else, since it may take longer than anybody may wait. */
    private void prepareWayBack() {
        if (core.plan().reverse()) {
            try {
                new ReverseStream(Objects.requireNonNull(core.contextOrNull())).prepare();
            } catch (SQLException | RuntimeException e) {
                throw new CutoverRevertedException(
                        "the cutover of migration '" + core.name()
                                + "' ended before anything was fenced: the way back could not be prepared: "
                                + WithoutValues.message(e),
                        e);
            }
        }
    }

    /** Enters CUTOVER, if it is time for that; gives what applies changes. */
    private ApplySession enter() {
        PhaseMachine phases = core.phases();
        if (phases.isClosed()) {
            throw new MigrationException(
                    phases.phase(),
                    "migration '" + core.name()
                            + "' cannot be cut over: its run was closed or cancelled; Migration.resume() makes another one",
                    null);
        }
        // From the phase on none begins.
        verification.exclude("cut over");
        boolean entered;
        try {
            entered = begin(
                    "cutover",
                    () -> phases.transitionFrom(
                            MigrationPhase.READY_TO_CUTOVER,
                            MigrationPhase.CUTOVER,
                            () -> !core.requests().isExpected()));
        } finally {
            verification.permit();
        }
        if (!entered) {
            throw notEntered(phases);
        }
        return Objects.requireNonNull(core.applyOrNull());
    }

    /** Enters the phase of an undertaking; where the target cannot be told, nothing has begun. */
    boolean begin(String undertaking, BooleanSupplier transition) {
        try {
            return transition.getAsBoolean();
        } catch (MigrationException e) {
            if (e.getCause() instanceof SQLException) {
                throw new CutoverRevertedException(
                        "the " + undertaking + " of migration '" + core.name()
                                + "' was not begun, and may be tried again: " + e.getMessage(),
                        e);
            }
            throw e;
        }
    }

    private MigrationException notEntered(PhaseMachine phases) {
        MigrationPhase phase = phases.phase();
        return new MigrationException(
                phase,
                "migration '" + core.name() + "' "
                        + (phase == MigrationPhase.READY_TO_CUTOVER
                                        && core.requests().isExpected()
                                ? "is just being given tables to add, or to copy afresh, and is cut over with them; once"
                                        + " that call has returned, await READY_TO_CUTOVER again"
                                : "is in phase " + phase
                                        + ", and a cutover begins in READY_TO_CUTOVER; await it first"),
                phases.failure().orElse(null));
    }

    /** Takes part in a cutover of several, which somebody else drives; {@link #leave} has to follow, on the same thread. */
    Participant join() {
        lock.lock();
        boolean joined = false;
        try {
            ApplySession session = enter();
            Participant participant =
                    new Joined(session, new CutoverAttempt(context(refreshed(session)), session.running()));
            joined = true;
            return participant;
        } finally {
            if (!joined) {
                lock.unlock();
            }
        }
    }

    private RunContext refreshed(ApplySession session) {
        try {
            return refreshed("cutover");
        } catch (CutoverRevertedException e) {
            end.backToReady(session, e);
            throw e;
        }
    }

    /** Ends taking part. */
    void leave() {
        lock.unlock();
    }

    /** This run in a cutover of several. */
    private final class Joined implements Participant {
        private final ApplySession session;
        private final CutoverAttempt attempt;

        Joined(ApplySession session, CutoverAttempt attempt) {
            this.session = session;
            this.attempt = attempt;
        }

        @Override
        public CutoverAttempt attempt() {
            return attempt;
        }

        @Override
        public void settle() throws SQLException, InterruptedException {
            end.patiently(attempt::settle);
        }

        @Override
        public void completed() {
            done = attempt.report();
            complete();
        }

        @Override
        public void reverted(CutoverRevertedException cause) {
            end.backToReady(session, cause);
        }

        @Override
        public void failed(MigrationException cause) {
            core.fail(cause);
        }
    }

    private CutoverContext context(RunContext run) {
        return new CutoverContext(
                withWayBack(run.plan()),
                core.plan().tables(),
                run.catalog(),
                run.schemaPlan(),
                core.state(),
                run.adjustments(),
                run.watch(),
                run.fingerprint(),
                core.changed(),
                event -> tell(run, event));
    }

    private MigrationPlan withWayBack(MigrationPlan plan) {
        return plan.reverse()
                ? plan.withTrafficSwitch(new WayBackSwitch(plan.cutover().trafficSwitch(), core.state()))
                : plan;
    }

    /** Once the fence is being raised nobody may write, until it is lifted or traffic is switched. */
    private void tell(RunContext run, MigrationEvent event) {
        if (event instanceof MigrationEvent.CutoverStepStarted step
                && step.step().equals("fence")) {
            core.board().writes(WriteSide.NEITHER);
        }
        run.publish(event);
    }

    /** Ends a cutover in which an earlier process died; tells whether the run goes on. */
    boolean recover(RunContext prepared) throws Exception {
        Patience patience = core.patience();
        if (new InterruptedCutover(context(prepared), patience::call).finishOrUndo()) {
            complete();
            return false;
        }
        patience.run(() -> {
            end.forgetWayBack();
            core.phases().transition(MigrationPhase.CATCH_UP);
        });
        return true;
    }

    /** It is recorded first, so that it stays true whatever happens; told last, so that whoever awaits it may close the run. */
    private void complete() {
        end.recordEnd(
                MigrationPhase.CUTOVER,
                MigrationPhase.COMPLETED,
                "cut over, traffic was switched and the source is closed");
        core.stopApply();
        core.removeLeftovers();
        core.phases().transition(MigrationPhase.COMPLETED);
    }
}
