package dev.godwit.internal.status;

import dev.godwit.status.TableLoadState;
import dev.godwit.status.TableStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A table's full load while it goes on. Used by one thread at a time. */
final class TableProgress {
    private TableStatus.FullLoad load;
    private @Nullable Instant modified;
    /** Whether it differs from what is stored. */
    private boolean changed;

    TableProgress(TableStatus.FullLoad load, @Nullable Instant modified) {
        this.load = load;
        this.modified = modified;
    }

    TableStatus.FullLoad load() {
        return load;
    }

    @Nullable
    Instant modified() {
        return modified;
    }

    private void become(TableStatus.FullLoad next, Instant now) {
        load = next;
        modified = now;
        changed = true;
    }

    /** Waits to be copied, for the first time or afresh. */
    void queued(long estimatedRows, long sourceBytes, Instant now) {
        become(
                new TableStatus.FullLoad(
                        TableLoadState.QUEUED,
                        null,
                        null,
                        null,
                        null,
                        estimatedRows < 0 ? null : estimatedRows,
                        sourceBytes,
                        null,
                        null),
                now);
    }

    /** So much has been sent to the target; less than before if something has to be done again. */
    void moved(long rows, long bytes, Instant now) {
        Instant started = load.startedOn() == null ? now : load.startedOn();
        become(
                new TableStatus.FullLoad(
                        TableLoadState.LOADING,
                        started,
                        null,
                        finish(started, rows, now),
                        rows,
                        load.estimatedRows(),
                        load.sourceBytes(),
                        bytes,
                        null),
                now);
    }

    /** At the speed so far; nobody can tell where the statistics know of fewer rows than there are. */
    private @Nullable Instant finish(Instant started, long rows, Instant now) {
        Long expected = load.estimatedRows();
        if (expected == null || rows <= 0 || rows > expected) {
            return null;
        }
        double took = Duration.between(started, now).toMillis();
        return now.plusMillis((long) (took * (expected - rows) / rows));
    }

    void copied(long rows, long bytes, Duration took, Instant now) {
        become(
                new TableStatus.FullLoad(
                        TableLoadState.COMPLETED,
                        load.startedOn() == null ? now.minus(took) : load.startedOn(),
                        now,
                        now,
                        rows,
                        load.estimatedRows(),
                        load.sourceBytes(),
                        bytes,
                        null),
                now);
    }

    void failed(String error, Instant now) {
        if (load.state() == TableLoadState.COMPLETED) {
            // What failed is built upon its rows, which are there; the run's failure tells of it.
            return;
        }
        become(
                new TableStatus.FullLoad(
                        TableLoadState.ERRORED,
                        load.startedOn(),
                        null,
                        null,
                        load.rows(),
                        load.estimatedRows(),
                        load.sourceBytes(),
                        load.copiedBytes(),
                        error),
                now);
    }

    void modifiedAt(Instant now) {
        modified = now;
    }

    /** Tells whether it has to be stored, and takes it for stored. */
    boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    void storeAgain() {
        changed = true;
    }
}
