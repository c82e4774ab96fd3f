package dev.godwit.internal.engine;

import dev.godwit.cutover.Deadline;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationCancelledException;
import dev.godwit.result.MigrationException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The run's phase: one place where it changes, and where callers wait for it. Safe for use by any thread. */
final class PhaseMachine {

    /** Records and announces a transition; what it throws prevents it. */
    interface Recorder {
        void record(MigrationPhase from, MigrationPhase to);
    }

    /** Where nothing changes before somebody acts. */
    static final Set<MigrationPhase> STANDSTILL =
            EnumSet.of(MigrationPhase.PAUSED, MigrationPhase.FAILED, MigrationPhase.CANCELLED);

    private final Recorder recorder;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private MigrationPhase phase = MigrationPhase.CREATED;

    private boolean closed;

    @Nullable
    private Throwable failure;

    /** Where a run that is paused goes on. */
    private MigrationPhase position = MigrationPhase.CREATED;

    PhaseMachine(Recorder recorder) {
        this.recorder = recorder;
    }

    MigrationPhase phase() {
        lock.lock();
        try {
            return phase;
        } finally {
            lock.unlock();
        }
    }

    Optional<Throwable> failure() {
        lock.lock();
        try {
            return Optional.ofNullable(failure);
        } finally {
            lock.unlock();
        }
    }

    /** Takes up a phase that an earlier process had reached. */
    void resumeAt(MigrationPhase reached) {
        lock.lock();
        try {
            if (phase != MigrationPhase.CREATED) {
                throw new IllegalStateException("resumed in " + phase);
            }
            change(reached);
        } finally {
            lock.unlock();
        }
    }

    /** Enters a phase. */
    void transition(MigrationPhase to) {
        lock.lock();
        try {
            if (!phase.successors().contains(to)) {
                throw new IllegalStateException("a migration cannot go from " + phase + " to " + to);
            }
            change(to);
        } finally {
            lock.unlock();
        }
    }

    /** Enters a phase if the present one is the expected one; tells whether it did. */
    boolean transitionFrom(MigrationPhase expected, MigrationPhase to) {
        return transitionFrom(expected, to, () -> true);
    }

    /** As the other one, if besides something is so at the moment of the transition: who reads the phase later finds the new one. */
    boolean transitionFrom(MigrationPhase expected, MigrationPhase to, BooleanSupplier condition) {
        lock.lock();
        try {
            if (phase != expected || !condition.getAsBoolean()) {
                return false;
            }
            transition(to);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Enters PAUSED from where that is possible; tells whether it did.
     *
     * @param cause what makes it necessary; null if somebody wants it
     */
    boolean pause(@Nullable Throwable cause) {
        lock.lock();
        try {
            if (!phase.successors().contains(MigrationPhase.PAUSED)) {
                return false;
            }
            failure = cause;
            change(MigrationPhase.PAUSED);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Leaves PAUSED for the phase in which it was entered; tells whether it did. */
    boolean goOn() {
        lock.lock();
        try {
            return phase == MigrationPhase.PAUSED && transitionFrom(MigrationPhase.PAUSED, position);
        } finally {
            lock.unlock();
        }
    }

    /** Leaves PAUSED if it was entered for a cause, and not because somebody wanted it. */
    void goOnAfterCause() {
        lock.lock();
        try {
            if (failure != null) {
                goOn();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives the present phase, or for a run that is paused that in which it goes on. */
    MigrationPhase position() {
        lock.lock();
        try {
            return phase == MigrationPhase.PAUSED ? position : phase;
        } finally {
            lock.unlock();
        }
    }

    private void change(MigrationPhase to) {
        MigrationPhase from = phase;
        recorder.record(from, to);
        if (from == MigrationPhase.PAUSED && to != MigrationPhase.FAILED) {
            failure = null;
        }
        if (to == MigrationPhase.PAUSED) {
            // Ready is who applies changes, which has to begin first.
            position = from == MigrationPhase.READY_TO_CUTOVER ? MigrationPhase.CATCH_UP : from;
        }
        phase = to;
        changed.signalAll();
    }

    /** Enters FAILED, unless the run is over already. */
    void fail(Throwable cause) {
        lock.lock();
        try {
            if (phase.successors().contains(MigrationPhase.FAILED)) {
                failure = cause;
                change(MigrationPhase.FAILED);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a phase is wanted, or the run stands still or was given up; gives the phase then reached. */
    MigrationPhase await(Predicate<MigrationPhase> wanted, Duration timeout) throws InterruptedException {
        // A caller may be willing to wait for longer than a long has nanoseconds.
        long nanos = Deadline.after(timeout).left().toNanos();
        lock.lockInterruptibly();
        try {
            while (!wanted.test(phase) && !STANDSTILL.contains(phase)) {
                requireNotClosed();
                if (nanos <= 0) {
                    throw new MigrationException(
                            phase,
                            "not reached within " + timeout + "; the migration is in " + phase
                                    + " and goes on, so waiting again is possible",
                            null);
                }
                nanos = changed.awaitNanos(nanos);
            }
            return phase;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses to wait for what will not come. */
    void requireNotClosed() {
        lock.lock();
        try {
            if (closed) {
                throw new MigrationCancelledException("the run was closed in " + phase, null);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The run ends here; whoever waits for a phase is told. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits while a phase lasts, at most for the time given; tells whether it still does. */
    boolean awaitLeaving(MigrationPhase present, Duration timeout) throws InterruptedException {
        long nanos = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (phase == present && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            return phase == present;
        } finally {
            lock.unlock();
        }
    }

    /** Tells whether the run has ended. */
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Refuses what needs a run.
     *
     * @param refusal says what is refused
     * @throws MigrationException if the run has ended
     */
    void requireOpen(String refusal) {
        if (isClosed()) {
            throw new MigrationException(
                    phase(), refusal + ": its run was closed or cancelled; Migration.resume() makes another one", null);
        }
    }

    /** Waits for the phase to change, at most for the time given. */
    void awaitChange(Duration timeout) throws InterruptedException {
        long nanos = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            MigrationPhase before = phase;
            while (phase == before && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }
}
