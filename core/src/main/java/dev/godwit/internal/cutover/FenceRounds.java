package dev.godwit.internal.cutover;

import dev.godwit.cutover.Deadline;
import dev.godwit.result.MigrationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tries to raise several fences at once, for a moment each time. Used by one thread. */
final class FenceRounds {
    /** How long writers run freely between two rounds. */
    static final Duration RELIEF = Duration.ofMillis(500);

    /** Of the write pause, how long the first fence may wait for the last one. */
    private static final int SHARE_OF_PAUSE = 4;

    private final List<CutoverAttempt> attempts;
    private final Together together;
    private final Duration round;
    private final Deadline last;
    private final AtomicBoolean isLast = new AtomicBoolean();

    FenceRounds(List<CutoverAttempt> attempts, Together together, Duration max) {
        this.attempts = attempts;
        this.together = together;
        this.round = max.dividedBy(SHARE_OF_PAUSE);
        this.last = Deadline.after(attempts.stream()
                .map(attempt -> attempt.context().plan().cutover().fenceTimeout())
                .min(Duration::compareTo)
                .orElseThrow());
    }

    /** Raises all; gives what went wrong. */
    Map<CutoverAttempt, Throwable> next() {
        Deadline deadline = Deadline.after(round);
        isLast.set(!deadline.isBefore(last));
        return together.run(attempts, attempt -> {
            try {
                attempt.raise(deadline);
            } catch (Exception | Error e) {
                if (!deadline.isPast() || e instanceof MigrationException) {
                    // For another reason than the writers, and so it would again; or what is left of it holds them
                    // back.
                    isLast.set(true);
                }
                throw e;
            }
        });
    }

    /** Tells whether another round makes no sense. */
    boolean isLast() {
        return isLast.get();
    }
}
