package dev.godwit.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.ToLongFunction;
import org.assertj.core.api.SoftAssertions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares the last third of what was measured with the first: the medians, of what was measured while nothing was broken. */
final class Flatness {
    private static final Logger LOG = LoggerFactory.getLogger(Flatness.class);
    private static final int FEWEST = 9;
    private static final double HEAP_SHARE = 0.15;
    private static final long HEAP_BYTES = 4L << 20;
    private static final long FEW_THREADS = 3;
    private static final long FEW_FILES = 5;
    private static final long ONE_SESSION = 1;
    private static final long MOST_LAG_BYTES = 64L << 20;
    private static final long MOST_LAG_MILLIS = 30_000;
    private static final long MOST_RETAINED_BYTES = 512L << 20;

    private Flatness() {}

    static void require(List<Vitals> quiet) {
        assertThat(quiet).as("measurements while nothing was broken").hasSizeGreaterThanOrEqualTo(FEWEST);
        SoftAssertions softly = new SoftAssertions();
        long heap = median(first(quiet), Vitals::heapBytes);
        flat(softly, quiet, "heap bytes", Vitals::heapBytes, (long) (heap * HEAP_SHARE) + HEAP_BYTES);
        flat(softly, quiet, "threads", Vitals::threads, FEW_THREADS);
        flat(softly, quiet, "files", Vitals::files, FEW_FILES);
        flat(softly, quiet, "sessions on the source", Vitals::sourceSessions, ONE_SESSION);
        flat(softly, quiet, "sessions on the target", Vitals::targetSessions, ONE_SESSION);
        atMost(softly, quiet, "lag in bytes", Vitals::lagBytes, MOST_LAG_BYTES);
        atMost(softly, quiet, "lag in milliseconds", Vitals::lagMillis, MOST_LAG_MILLIS);
        atMost(softly, quiet, "log kept", Vitals::retainedBytes, MOST_RETAINED_BYTES);
        softly.assertAll();
    }

    private static void flat(
            SoftAssertions softly, List<Vitals> quiet, String what, ToLongFunction<Vitals> of, long more) {
        long before = median(first(quiet), of);
        long after = median(last(quiet), of);
        LOG.warn("{}: {}, in the end {}", what, before, after);
        softly.assertThat(after)
                .as("%s, %d in the first third, in the last", what, before)
                .isLessThanOrEqualTo(before + more);
    }

    private static void atMost(
            SoftAssertions softly, List<Vitals> quiet, String what, ToLongFunction<Vitals> of, long most) {
        long largest = quiet.stream().mapToLong(of).max().orElseThrow();
        LOG.warn("{}: {} at most", what, largest);
        softly.assertThat(largest).as("%s, at most", what).isLessThanOrEqualTo(most);
    }

    private static List<Vitals> first(List<Vitals> quiet) {
        return quiet.subList(0, quiet.size() / 3);
    }

    private static List<Vitals> last(List<Vitals> quiet) {
        return quiet.subList(quiet.size() - quiet.size() / 3, quiet.size());
    }

    private static long median(List<Vitals> some, ToLongFunction<Vitals> of) {
        return some.stream()
                .mapToLong(of)
                .sorted()
                .skip(some.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
