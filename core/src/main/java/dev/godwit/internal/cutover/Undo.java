package dev.godwit.internal.cutover;

import dev.godwit.cutover.RaisedFence;
import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.internal.plan.PassingFailure;
import dev.godwit.internal.state.EventTriggers;
import dev.godwit.internal.state.MigrationRecord.CutoverStep;
import dev.godwit.internal.state.Sealing;
import dev.godwit.replication.Failures;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a cutover back: first the decision or vote, if there is one, then the fence. */
final class Undo {
    private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

    /** How long a server may be out of reach before what is left to undo is left to who resumes the migration. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long the target may take to answer, by a new session if the one there was is lost. */
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** As above, where a server has not answered before; writers wait for it. */
    private static final Duration SECOND_ANSWER = Duration.ofSeconds(3);

    /** How long a lock of somebody's on the target is waited for at a time: whoever comes later to what it locks waits, too. */
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(2);

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String NOT_CONNECTED = "08001";

    private final Insistence patient = new Insistence(PATIENCE);
    private final CutoverContext context;
    private final RaisedFence fence;
    private final String undertaking;
    private final int recorder;
    private final String slot;
    private final Sealing sealing;
    private boolean closedSince;
    private boolean takingOver;
    private Duration answer = ANSWER;
    private boolean deciding;
    private boolean decided;

    /**
     * Makes one for an attempt.
     *
     * @param recorder pid of the session that records the decision on the target
     * @param slot the migration's slot on the source
     * @param sealing how the source is closed, and whether it is left so, as it was before
     */
    Undo(CutoverContext context, RaisedFence fence, String undertaking, int recorder, String slot, Sealing sealing) {
        this.context = context;
        this.fence = fence;
        this.undertaking = undertaking;
        this.recorder = recorder;
        this.slot = slot;
        this.sealing = sealing;
    }

    /**
     * Whether a transaction of the attempt may be open that makes the target fit for traffic, and by that locks tables and the migration's
     * record, as a rehearsal's does, too.
     */
    void takingOver(boolean open) {
        takingOver = open;
    }

    /** A server has not answered in time; so it is not waited for as long as it would be otherwise. */
    void unanswered() {
        answer = SECOND_ANSWER;
    }

    /** From now on only the target's memory tells whether the cutover was decided. */
    void deciding() {
        deciding = true;
    }

    /** From now on the target is made unfit for traffic again before the source is opened. */
    void decided() {
        decided = true;
        takingOver = false;
    }

    /** Undoes what was done; gives the exception that tells the caller how that went. */
    MigrationException run(Throwable cause, String step) {
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        String what = "the " + undertaking + " of migration '" + context.plan().name() + "' ended in step '" + step
                + "': " + WithoutValues.message(cause);
        try {
            takeBack();
        } catch (Exception | Error e) {
            Failures.suppress(cause, e);
            return new MigrationException(
                    MigrationPhase.CUTOVER,
                    what + ". It could not be undone (" + WithoutValues.message(e)
                            + "): the source may still be closed. Resume the migration: it finishes the cutover if it was"
                            + " decided, and else opens the source",
                    cause);
        }
        forgetStep(cause);
        return new CutoverRevertedException(
                what + ". It was undone: the source " + left() + ", and the cutover may be tried again", cause);
    }

    private String left() {
        if (sealing.closedBefore()) {
            return "is left closed for writes, as somebody else had closed it before";
        }
        return closedSince ? "is left closed for writes, as somebody else has closed it since" : "takes writes again";
    }

    /** The target is unfit for traffic again before the source is opened. */
    void takeBack() throws Exception {
        if (patient.run(this::isDecided)) {
            patient.run(() -> {
                takeBackDecision(context);
                return true;
            });
        }
        patient.run(() -> {
            requireOwner();
            return true;
        });
        open();
        if (!sealing.closedBefore()) {
            tellClosedSince();
        }
    }

    /** Another migration of the database may have been cut over meanwhile, or an administrator have closed it. */
    private void tellClosedSince() {
        try {
            closedSince = ClosedSource.isClosed(context);
        } catch (SQLException e) {
            LOG.debug("{}: whether somebody else has closed the source: {}", name(), text(e));
        }
        if (closedSince) {
            LOG.warn("{}: {}", name(), ClosedSource.SINCE);
            context.events()
                    .accept(new MigrationEvent.Warning(
                            name(), Instant.now(), ClosedSource.SINCE + ClosedSource.TO_OPEN));
        }
    }

    /** What cost the cutover its sessions has ended the fence's, too: others open the source then, as after a crash. */
    private void open() throws Exception {
        try {
            fence.lift();
        } catch (Exception | Error e) {
            if (!PassingFailure.is(e)) {
                throw e;
            }
            LOG.info("{}: the fence could not be lifted ({}); opening the source by other sessions", name(), text(e));
            FencedSource.free(fence);
            patient.run(() -> {
                requireOwner();
                context.plan().cutover().fence().reopen(context.fenceContext(PATIENCE, sealing));
                return true;
            });
        }
    }

    private String name() {
        return context.plan().name();
    }

    private static String text(Throwable e) {
        return WithoutValues.message(e);
    }

    /**
     * Who was held up for long enough may have been replaced: the source is then the other process's to open, or closed because that one
     * has cut over. A target that is out of reach tells nothing, and keeps nobody from opening the source as long as the migration's slot
     * is there. Any other failure is an answer, though not one by which the source may be opened: whoever has finished the migration may
     * have cleaned up what is remembered of it, or changed the password.
     */
    private void requireOwner() throws Exception {
        boolean again = false;
        while (true) {
            Optional<Exception> failure = TimedCall.run("godwit-" + name() + "-owner", answer, () -> {
                endTakeover();
                context.state().ping();
            });
            if (failure.isEmpty()) {
                return;
            }
            try {
                throw failure.get();
            } catch (SQLException e) {
                if (!PassingFailure.isOutOfReach(e)) {
                    throw e;
                }
                // A session may have been ended by who has taken over; only one that cannot be had again tells nothing.
                if (again || NOT_CONNECTED.equals(e.getSQLState())) {
                    requireSlot(text(e));
                    LOG.info("{}: the source is opened although the target does not answer: {}", name(), text(e));
                    return;
                }
                again = true;
            }
        }
    }

    /** Whoever finishes a migration, or gives it up, drops its slot on the source. */
    private void requireSlot(String unanswered) throws SQLException {
        try (Connection source = context.plan().source().open()) {
            if (ReplicationSlots.state(source, slot).isEmpty()) {
                throw new MigrationException(
                        MigrationPhase.CUTOVER,
                        "the target does not answer (" + unanswered + "), and slot " + slot
                                + " is not on the source any more, as behind a migration that another process has finished or"
                                + " given up; the source is left as it is. If the target has not taken over, open it by hand:"
                                + " ALTER DATABASE … RESET default_transaction_read_only",
                        null);
            }
        }
    }

    /** The attempt has failed in the middle of it: nobody else ends that transaction, and its locks would be waited for. */
    private void endTakeover() throws SQLException {
        if (takingOver) {
            context.state().end(recorder);
        }
    }

    /** A step that stays recorded makes resume() open the source once more, which does no harm. */
    void forgetStep(Throwable cause) {
        forgetStep(context, cause);
    }

    /** As the other one, for a cutover that came to no fence. */
    static void forgetStep(CutoverContext context, Throwable cause) {
        try {
            context.state().recordCutoverStep(null);
        } catch (SQLException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /** The commit's answer may have been lost: only the record tells whether there is a decision or vote. */
    private boolean isDecided() throws SQLException {
        if (decided || !deciding) {
            return decided;
        }
        CutoverStep step = settledStep();
        return step == CutoverStep.DECIDED || step == CutoverStep.PREPARED;
    }

    /** Nobody may go on without an answer; where none comes it is asked for by another session, for a while. */
    @SuppressWarnings("try")
    private @Nullable CutoverStep settledStep() throws SQLException {
        long until = System.nanoTime() + answer.toNanos();
        try (PauseWatch watch = new PauseWatch(name(), List.of(), context.state()::abortSession, until)) {
            endTakeover();
            return context.state().settledRecord().cutoverStep();
        }
    }

    /**
     * Makes the target unfit for traffic again, and forgets decision or vote.
     *
     * @throws SQLException one that may pass if somebody on the target has a lock that is in the way
     */
    static void takeBackDecision(CutoverContext context) throws SQLException {
        try (Connection target = context.plan().target().open()) {
            takeBackDecision(context, target);
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            throw new SQLException(
                    "somebody on the target holds a lock on what has to be altered before the source may be opened, and kept it for "
                            + LOCK_PATIENCE.toSeconds()
                            + " s; end who has transactions open there (pg_stat_activity, pg_locks): " + text(e),
                    LOCK_NOT_AVAILABLE,
                    WithoutValues.of(e));
        }
    }

    private static void takeBackDecision(CutoverContext context, Connection target) throws SQLException {
        try (Statement limit = target.createStatement()) {
            limit.execute("SET lock_timeout = " + LOCK_PATIENCE.toMillis());
        }
        target.setAutoCommit(false);
        SchemaSteps steps = new SchemaSteps(context.schemaPlan());
        steps.disableEventTriggers(target);
        EventTriggers others = EventTriggers.read(target);
        others.silence(target);
        steps.disableRowSecurity(target);
        context.adjustments().adjust(target, context.plan().tables(), null);
        others.restore(target);
        // Together, or a process that dies in between leaves a decision for a target that is not fit for traffic.
        context.state().recordUndecided(target);
        target.commit();
    }
}
