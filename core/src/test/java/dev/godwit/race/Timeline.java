package dev.godwit.race;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Which side may have been open when, and when somebody outside has managed to write to which. Safe for use by any thread.
 *
 * <p>A write was committed at some moment between its being asked for and its being confirmed. If no moment of that span lies where
 * the side may have been open, it was written to while closed; if the spans in which sides may have been open never overlap, then no
 * two sides took writes at once.
 */
final class Timeline {
    private static final long FUTURE = Duration.ofDays(1).toNanos();

    /** When a side may have been open. */
    private record Span(Side side, long from, long to) {
        boolean touches(Side other, long begin, long end) {
            return side == other && begin - to <= 0 && from - end <= 0;
        }
    }

    private record Write(Side side, String who, long begin, long end) {}

    /** The side that may be open, and since when. */
    private record Open(Side side, long since) {}

    private final List<Span> spans = new ArrayList<>();
    private final Queue<Write> writes = new ConcurrentLinkedQueue<>();
    private final Object lock = new Object();
    private Open now;

    Timeline(Side first) {
        now = new Open(first, System.nanoTime());
    }

    /** The side that was open is closed by now, and the other one not open yet; from now on that may be. */
    void move(Side to) {
        synchronized (lock) {
            long moment = System.nanoTime();
            spans.add(new Span(now.side(), now.since(), moment - 1));
            now = new Open(to, moment);
        }
    }

    /** The side that is said to be open was closed for a while. */
    void closedSince(long moment) {
        synchronized (lock) {
            spans.add(new Span(now.side(), now.since(), moment));
            now = new Open(now.side(), System.nanoTime());
        }
    }

    /** Somebody has written: asked at {@code begin}, confirmed at {@code end}. */
    void wrote(Side side, String who, long begin, long end) {
        writes.add(new Write(side, who, begin, end));
    }

    int writes() {
        return writes.size();
    }

    /** Gives the writes to a side that was closed. */
    List<String> offences() {
        List<Span> open;
        synchronized (lock) {
            open = new ArrayList<>(spans);
            // Writes go on meanwhile.
            open.add(new Span(now.side(), now.since(), System.nanoTime() + FUTURE));
        }
        return writes.stream()
                .filter(write ->
                        open.stream().noneMatch(span -> span.touches(write.side(), write.begin(), write.end())))
                .sorted(Comparator.comparingLong(Write::begin))
                .map(write -> write.who() + " has written to " + write.side() + " while it was closed, "
                        + (write.begin() - open.get(0).from()) / 1_000_000 + " ms after the start, in "
                        + (write.end() - write.begin()) / 1_000 + " µs")
                .toList();
    }
}
