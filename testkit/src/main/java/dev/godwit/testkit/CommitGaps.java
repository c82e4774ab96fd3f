package dev.godwit.testkit;

import java.time.Duration;
import java.time.Instant;

/** The longest time between two commits of a workload, whoever made them. Thread-safe. */
final class CommitGaps {
    private long last = System.nanoTime();
    private long longest;
    private long longestEnd = last;

    synchronized void committed() {
        observe(System.nanoTime());
    }

    private void observe(long now) {
        if (now - last > longest) {
            longest = now - last;
            longestEnd = now;
        }
        last = now;
    }

    synchronized void reset() {
        last = System.nanoTime();
        longest = 0;
        longestEnd = last;
    }

    /** Duration and begin of the longest gap; the one that has not ended yet counts. */
    synchronized Gap longest(boolean running) {
        long now = System.nanoTime();
        boolean open = running && now - last > longest;
        long duration = open ? now - last : longest;
        long end = open ? now : longestEnd;
        return new Gap(Duration.ofNanos(duration), Instant.now().minusNanos(now - end + duration));
    }

    record Gap(Duration duration, Instant began) {}
}
