package dev.godwit.soak;

import dev.godwit.status.ReplicationStatus;
import java.time.Duration;
import java.util.Locale;

/**
 * What was measured at one moment.
 *
 * @param at time since the begin
 * @param state what was going on
 * @param heapBytes heap in use right after a collection
 * @param threads live threads of this JVM
 * @param files open file descriptors of this process
 * @param sourceSessions the migration's sessions on the source; -1 if that could not be asked
 * @param targetSessions likewise on the target
 * @param lagBytes log between the source's end and what the slot has confirmed; -1 if the source could not be asked
 * @param retainedBytes log that the slot keeps; likewise
 * @param lagMillis the lag in time, as the run's status has it; -1 if it has none
 * @param acknowledged transactions of the applications so far
 */
record Vitals(
        Duration at,
        State state,
        long heapBytes,
        int threads,
        long files,
        int sourceSessions,
        int targetSessions,
        long lagBytes,
        long retainedBytes,
        long lagMillis,
        long acknowledged) {
    private static final int UNKNOWN = -1;
    private static final int MEGA = 1 << 20;

    /** What was going on. */
    enum State {
        /** Nothing is broken, and the last fault is made up for. */
        QUIET,
        /** Something is broken. */
        FAULT,
        /** Nothing is broken any more. */
        RECOVERY
    }

    static long millis(ReplicationStatus status) {
        Duration lag = status.lag();
        return lag == null ? UNKNOWN : lag.toMillis();
    }

    static String header() {
        return "    time state     heap MB threads files source target  lag MB  kept MB   lag s  tx/s";
    }

    /** One line of the table. */
    String line(double perSecond) {
        return String.format(
                Locale.ROOT,
                "%5d:%02d %-8s %8.1f %7d %5d %6d %6d %7.1f %8.1f %7.1f %5.0f",
                at.toMinutes(),
                at.toSecondsPart(),
                state,
                heapBytes / (double) MEGA,
                threads,
                files,
                sourceSessions,
                targetSessions,
                lagBytes / (double) MEGA,
                retainedBytes / (double) MEGA,
                lagMillis / 1e3,
                perSecond);
    }
}
