package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is in the open transaction on the target. */
final class OpenBatch {

    private boolean open;
    /** Whether the source transaction at hand has changed something; empty ones are not counted. */
    private boolean changed;

    private long openedNanos;
    private Lsn end = Lsn.ZERO;
    private Lsn lastChange = Lsn.ZERO;
    private @Nullable Instant commitTime;
    private long transactions;
    private long inserts;
    private long updates;
    private long deletes;
    private long truncates;
    private long bytes;
    private long rowsOfEnded;
    private final ChangeTally tally = new ChangeTally();

    boolean isOpen() {
        return open;
    }

    void open() {
        if (!open) {
            open = true;
            openedNanos = System.nanoTime();
        }
    }

    /** Counts the source's changes, those among them that some of several appliers have committed before. */
    ChangeTally tally() {
        return tally;
    }

    void inserted() {
        inserts++;
    }

    void updated() {
        updates++;
    }

    void deleted() {
        deletes++;
    }

    void truncated() {
        truncates++;
    }

    void changedAt(Lsn commitLsn, int size) {
        changed = true;
        lastChange = commitLsn;
        bytes += size;
    }

    /** Ends a source transaction; gives how many rows it changes. */
    long ended(Lsn endLsn, Instant time) {
        long rows = inserts + updates + deletes;
        long added = rows - rowsOfEnded;
        rowsOfEnded = rows;
        end = endLsn;
        commitTime = time;
        transactions += changed ? 1 : 0;
        changed = false;
        return added;
    }

    boolean isFull(ApplyLimits limits) {
        return inserts + updates + deletes >= limits.batchRows()
                || bytes >= limits.batchBytes()
                || System.nanoTime() - openedNanos >= limits.batchDelay().toNanos();
    }

    Lsn end() {
        return end;
    }

    Lsn lastChange() {
        return lastChange;
    }

    @Nullable
    Instant commitTime() {
        return commitTime;
    }

    /**
     * Gives what was applied.
     *
     * @param recorded changes that were recorded as conflicts instead
     */
    ApplyCounters counters(ApplyCounters recorded) {
        return new ApplyCounters(
                transactions,
                inserts - recorded.inserts(),
                updates - recorded.updates(),
                deletes - recorded.deletes(),
                truncates,
                bytes,
                recorded.conflicts());
    }
}
