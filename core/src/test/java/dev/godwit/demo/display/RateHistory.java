package dev.godwit.demo.display;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns a growing total into rates per second over short, equal spans. Not thread-safe. */
final class RateHistory {

    private static final int KEPT = 240;

    private final Duration span;
    private final Deque<Long> rates = new ArrayDeque<>();
    private @Nullable Instant spanStart;
    private long totalAtStart;

    RateHistory(Duration span) {
        this.span = span;
    }

    void sample(Instant now, long total) {
        Instant start = spanStart;
        if (start == null) {
            spanStart = now;
            totalAtStart = total;
            return;
        }
        Duration passed = Duration.between(start, now);
        if (passed.compareTo(span) < 0) {
            return;
        }
        rates.addLast((total - totalAtStart) * 1000 / Math.max(1, passed.toMillis()));
        if (rates.size() > KEPT) {
            rates.removeFirst();
        }
        spanStart = now;
        totalAtStart = total;
    }

    List<Long> perSecond() {
        return List.copyOf(rates);
    }

    long latest() {
        Long last = rates.peekLast();
        return last == null ? 0 : last;
    }
}
