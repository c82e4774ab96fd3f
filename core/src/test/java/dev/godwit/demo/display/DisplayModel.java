package dev.godwit.demo.display;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything the display shows at one moment; immutable.
 *
 * @param title the first line
 * @param elapsed since the start
 * @param stages what has been, is and will be done
 * @param copy the tables, empty before the first is queued
 * @param follow the replication, empty before its first news
 * @param traffic the application, empty before it starts
 * @param lastStep the piece of schema made last, empty before the first
 * @param notes what somebody should read, newest last
 */
record DisplayModel(
        String title,
        Duration elapsed,
        List<Stage> stages,
        Optional<Copy> copy,
        Optional<Follow> follow,
        Optional<Traffic> traffic,
        Optional<SchemaWork> lastStep,
        List<String> notes) {

    enum State {
        WAITING,
        RUNNING,
        DONE,
        FAILED
    }

    record Stage(String name, State state, Duration took) {}

    /**
     * A table's copy.
     *
     * @param name without the schema if that is {@code public}
     * @param rows copied so far
     * @param expectedRows by statistics, 0 if unknown
     * @param bytes copied so far
     * @param running how long it has been copied or took; zero while it waits
     * @param done whether all rows are in
     */
    record Table(String name, long rows, long expectedRows, long bytes, Duration running, boolean done) {

        boolean waiting() {
            return !done && running.isZero();
        }

        boolean inCopy() {
            return !done && !running.isZero();
        }

        double fraction() {
            if (done) {
                return 1;
            }
            return expectedRows <= 0 ? 0 : Math.min(0.99, (double) rows / expectedRows);
        }

        long rowsPerSecond() {
            long millis = running.toMillis();
            return millis < 50 ? 0 : rows * 1000 / millis;
        }
    }

    /** All tables, the largest first, and how long the copy has been going on (or took). */
    record Copy(List<Table> tables, Duration running) {

        boolean done() {
            return tables.stream().allMatch(Table::done);
        }

        long rows() {
            return tables.stream().mapToLong(Table::rows).sum();
        }

        long bytes() {
            return tables.stream().mapToLong(Table::bytes).sum();
        }

        long expectedRows() {
            return tables.stream()
                    .mapToLong(t -> t.done() ? t.rows() : Math.max(t.rows(), t.expectedRows()))
                    .sum();
        }
    }

    /** How far the target is behind, and what was applied; after the migration only the latter means anything. */
    record Follow(long lagBytes, Duration lag, Applied applied, boolean over) {}

    record Applied(long transactions, long perSecond, long changes) {}

    record Traffic(String server, int connections, long acknowledged, boolean open, List<Long> commitsPerSecond) {

        long perSecond() {
            int recent = Math.min(4, commitsPerSecond.size());
            return Math.round(
                    commitsPerSecond.subList(commitsPerSecond.size() - recent, commitsPerSecond.size()).stream()
                            .mapToLong(Long::longValue)
                            .average()
                            .orElse(0));
        }
    }

    record SchemaWork(int done, String last, Duration took) {}
}
