package dev.godwit.internal.cutover;

import java.time.Duration;
import java.time.Instant;
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
    private final Instant last;
    private final AtomicBoolean isLast = new AtomicBoolean();

    FenceRounds(List<CutoverAttempt> attempts, Together together, Duration max) {
        this.attempts = attempts;
        this.together = together;
        this.round = max.dividedBy(SHARE_OF_PAUSE);
        this.last = Instant.now()
                .plus(attempts.stream()
                        .map(attempt -> attempt.context().plan().cutover().fenceTimeout())
                        .min(Duration::compareTo)
                        .orElseThrow());
    }

    /** Raises all; gives what went wrong. */
    Map<CutoverAttempt, Throwable> next() {
        Instant deadline = Instant.now().plus(round);
        isLast.set(!deadline.isBefore(last));
        return together.run(attempts, attempt -> {
            try {
                attempt.raise(deadline);
            } catch (Exception | Error e) {
                if (Instant.now().isBefore(deadline)) {
                    // For another reason than the writers, and so it would again.
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
