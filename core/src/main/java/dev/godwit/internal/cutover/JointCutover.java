package dev.godwit.internal.cutover;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.CutoverReport;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.result.GroupCutoverReport;
import dev.godwit.result.MigrationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to cut several migrations over together: all of them, or none. The package documentation of
 * {@code dev.godwit.internal.group} argues why that holds wherever a process dies. Used by one thread.
 */
public final class JointCutover {
    private final GroupDecision decision;
    private final List<Participant> participants;
    private final List<CutoverAttempt> attempts;
    private final Together together = new Together();
    /** The step that is running, of all. */
    private String step = "prepare";

    private boolean opened;

    /**
     * Prepares nothing yet.
     *
     * @param decision the decision of this attempt, recorded with one of the participants
     * @param participants the migrations, all in CUTOVER
     */
    public JointCutover(GroupDecision decision, List<Participant> participants) {
        this.decision = decision;
        this.participants = List.copyOf(participants);
        this.attempts = participants.stream().map(Participant::attempt).toList();
    }

    /** What ends the attempt, with the migration in which it came up. */
    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        Failure(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Cuts all over. Each participant is told how it ended.
     *
     * @return how it went
     * @throws CutoverRevertedException if all were undone
     * @throws MigrationException if one could be neither finished nor undone; resuming goes on from there
     */
    public GroupCutoverReport run() {
        attempts.forEach(attempt -> attempt.clock().tellStarted());
        try {
            prepareAll();
            return decideAll();
        } catch (Failure e) {
            throw undoAll(e);
        } catch (MigrationException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw inDoubt(e);
        } finally {
            close();
            attempts.forEach(CutoverAttempt::endRecord);
            if (together.isInterrupted()) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Up to where nothing but the decision is missing. */
    private void prepareAll() throws Failure {
        all("prepare", CutoverAttempt::prepare);
        try {
            decision.open(attempts.stream().map(CutoverAttempt::name).toList());
            opened = true;
            for (CutoverAttempt attempt : attempts) {
                attempt.prepareVote();
            }
        } catch (SQLException e) {
            throw new Failure("the decision could not be prepared: " + text(e), e);
        }
        raiseAll();
        all("drain", CutoverAttempt::drain);
        all("fill", CutoverAttempt::fill);
        all("seal", CutoverAttempt::seal);
        all("decide", attempt -> attempt.vote(decision.vote()));
    }

    private void all(String name, Together.Step action) throws Failure {
        step = name;
        Map<CutoverAttempt, Throwable> failures = together.run(attempts, action);
        if (!failures.isEmpty()) {
            throw failure(failures);
        }
        if (together.isInterrupted()) {
            throw new Failure("the thread was interrupted", new InterruptedException());
        }
    }

    private static Failure failure(Map<CutoverAttempt, Throwable> failures) {
        String message = failures.entrySet().stream()
                .map(entry -> "migration '" + entry.getKey().name() + "': " + text(entry.getValue()))
                .collect(Collectors.joining("; "));
        Failure failure = new Failure(message, failures.values().iterator().next());
        failures.values().stream().skip(1).forEach(failure::addSuppressed);
        return failure;
    }

    private static String text(Throwable e) {
        return WithoutValues.message(e);
    }

    /**
     * Raises all fences. Who has one waits with its writers for the others, so all are lowered again after a part of the pause if
     * one does not hold by then; writers run, and it is tried again as long as the fences may take.
     */
    private void raiseAll() throws Failure {
        step = "fence";
        Duration max = attempts.stream()
                .map(attempt -> attempt.context().plan().cutover().maxWritePause())
                .min(Duration::compareTo)
                .orElseThrow();
        FenceRounds rounds = new FenceRounds(attempts, together, max);
        while (true) {
            Map<CutoverAttempt, Throwable> failures = rounds.next();
            if (failures.isEmpty()) {
                break;
            }
            if (rounds.isLast() || together.isInterrupted()) {
                throw failure(failures);
            }
            lowerAll();
            LockSupport.parkNanos(FenceRounds.RELIEF.toNanos());
        }
        long first = attempts.stream()
                .mapToLong(attempt -> attempt.pause().sinceNanos())
                .reduce((a, b) -> a - b < 0 ? a : b)
                .orElseThrow();
        attempts.forEach(attempt -> attempt.pause(new WritePause(first, max)));
    }

    private void lowerAll() throws Failure {
        Map<CutoverAttempt, Throwable> failures =
                together.run(attempts.stream().filter(CutoverAttempt::isFenced).toList(), CutoverAttempt::lower);
        if (!failures.isEmpty()) {
            throw failure(failures);
        }
    }

    /** From here on what counts is the record of the decision. */
    private GroupCutoverReport decideAll() throws Failure {
        boolean decided;
        try {
            decided = decision.decide();
        } catch (InterruptedException | RuntimeException e) {
            throw inDoubt(e);
        }
        if (!decided) {
            throw new Failure("another process took one of the migrations over and abandoned the cutover", null);
        }
        step = "switch";
        Map<CutoverAttempt, Throwable> unconfirmed = together.run(attempts, CutoverAttempt::confirm);
        if (!unconfirmed.isEmpty()) {
            retract();
            throw failure(unconfirmed);
        }
        CutoverAttempt first = attempts.get(0);
        try {
            first.switchTraffic();
        } catch (Exception | Error e) {
            // No client is on any target yet.
            retract();
            throw failure(Map.of(first, e));
        }
        Map<CutoverAttempt, Throwable> failures =
                together.run(attempts.subList(1, attempts.size()), CutoverAttempt::switchTraffic);
        Duration pause = first.pause().elapsed();
        close();
        complete(failures);
        Map<String, CutoverReport> reports = new LinkedHashMap<>();
        attempts.forEach(attempt -> reports.put(attempt.name(), attempt.report()));
        return new GroupCutoverReport(decision.vote().group(), pause, reports);
    }

    private void retract() {
        boolean retracted;
        try {
            retracted = decision.retract();
        } catch (InterruptedException | RuntimeException e) {
            throw inDoubt(e);
        }
        if (!retracted) {
            throw inDoubt(new IllegalStateException("another process has gone on from the decision"));
        }
    }

    /** Each member records the outcome with itself, so that nobody has to be asked any more. */
    private void complete(Map<CutoverAttempt, Throwable> unswitched) {
        Map<CutoverAttempt, Throwable> failures = together.run(attempts, attempt -> {
            participant(attempt).settle();
            if (!unswitched.containsKey(attempt)) {
                attempt.clock().tellCompleted(attempt.report());
                participant(attempt).completed();
            }
        });
        List<String> settled = attempts.stream()
                .filter(attempt -> !failures.containsKey(attempt))
                .map(CutoverAttempt::name)
                .toList();
        decision.acknowledge(settled);
        Map<CutoverAttempt, Throwable> open = new LinkedHashMap<>(failures);
        unswitched.forEach(open::putIfAbsent);
        if (!open.isEmpty()) {
            Failure failure = failure(open);
            MigrationException unfinished = new MigrationException(
                    MigrationPhase.CUTOVER,
                    "the cutover of group '" + decision.vote().group()
                            + "' is decided and cannot be taken back, and is not finished everywhere: "
                            + failure.getMessage()
                            + ". Their sources are closed; resume the group, which finishes it",
                    failure);
            open.keySet().forEach(attempt -> participant(attempt).failed(unfinished));
            throw unfinished;
        }
    }

    private Participant participant(CutoverAttempt attempt) {
        return participants.get(attempts.indexOf(attempt));
    }

    private MigrationException inDoubt(Throwable cause) {
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        MigrationException doubt = new MigrationException(
                MigrationPhase.CUTOVER,
                "the cutover of group '" + decision.vote().group() + "' ended in step '" + step
                        + "', and its outcome is not"
                        + " known here: " + text(cause)
                        + ". The sources are closed; resume the group: it finishes the cutover"
                        + " of all if it was decided, and else opens all sources",
                cause);
        participants.forEach(participant -> participant.failed(doubt));
        return doubt;
    }

    /** Takes all back; gives the exception that tells the caller how that went. */
    private MigrationException undoAll(Failure cause) {
        String what = "the cutover of group '" + decision.vote().group() + "' ended in step '" + step + "': "
                + cause.getMessage();
        Map<CutoverAttempt, Throwable> failures = together.run(attempts, attempt -> attempt.takeBack(cause));
        List<String> undone = attempts.stream()
                .filter(attempt -> !failures.containsKey(attempt))
                .map(CutoverAttempt::name)
                .toList();
        if (opened) {
            decision.acknowledge(undone);
        }
        close();
        CutoverRevertedException reverted = new CutoverRevertedException(
                what + ". It was undone: all sources take writes again, and the cutover may be tried again",
                cause.getCause());
        if (failures.isEmpty()) {
            attempts.forEach(attempt -> reverted(attempt, reverted));
            return reverted;
        }
        Failure failure = failure(failures);
        failure.addSuppressed(cause);
        MigrationException stuck = new MigrationException(
                MigrationPhase.CUTOVER,
                what + ". It could not be undone everywhere (" + failure.getMessage()
                        + "): these sources may still be closed. Resume the group, which opens them",
                failure);
        List<CutoverAttempt> left = new ArrayList<>();
        for (CutoverAttempt attempt : attempts) {
            if (failures.containsKey(attempt)) {
                participant(attempt).failed(stuck);
            } else {
                left.add(attempt);
            }
        }
        left.forEach(attempt -> reverted(attempt, reverted));
        return stuck;
    }

    private void reverted(CutoverAttempt attempt, CutoverRevertedException reverted) {
        attempt.tellStay(reverted);
        attempt.clock().tellReverted(reverted);
        participant(attempt).reverted(reverted);
    }

    private void close() {
        attempts.forEach(CutoverAttempt::close);
    }
}
