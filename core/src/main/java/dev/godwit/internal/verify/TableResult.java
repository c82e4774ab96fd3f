package dev.godwit.internal.verify;

import dev.godwit.result.RowDifference;
import dev.godwit.result.TableVerification;
import dev.godwit.schema.TableName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds up what the parts of a table come to. Safe for use by any thread. */
final class TableResult {
    private final TableName table;
    private final int most;
    private final @Nullable String problem;
    private final List<RowDifference> differences = new ArrayList<>();
    private long sourceRows;
    private long targetRows;
    private long bytes;
    private int chunks;
    private long differing;

    /**
     * Begins with nothing.
     *
     * @param most how many differing rows are kept
     * @param problem why not all of it can be compared; null if all can
     */
    TableResult(TableName table, int most, @Nullable String problem) {
        this.table = table;
        this.most = most;
        this.problem = problem;
    }

    synchronized void addPart(long onSource, long onTarget, long partBytes) {
        sourceRows += onSource;
        targetRows += onTarget;
        bytes += partBytes;
        chunks++;
    }

    /** Counts rows that differ. */
    synchronized void addDiffering(long rows) {
        differing += rows;
    }

    /** Tells whether one more would be kept when so many others have been found. */
    synchronized boolean wantsMore(int others) {
        return differences.size() + others < most;
    }

    synchronized void addDifference(RowDifference difference) {
        if (differences.size() < most) {
            differences.add(difference);
        }
    }

    synchronized boolean isEqual() {
        return differing == 0 && problem == null;
    }

    synchronized TableVerification report() {
        List<RowDifference> sorted = differences.stream()
                .sorted(Comparator.comparing(RowDifference::keyHash).thenComparing(RowDifference::kind))
                .toList();
        return new TableVerification(table, sourceRows, targetRows, bytes, chunks, differing, sorted, problem);
    }
}
