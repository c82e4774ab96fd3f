package dev.godwit.internal.verify;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Adds up what is done, and tells the observer. Safe for use by any thread. */
final class Progress {
    private final Consumer<VerifyProgress> observer;
    private final Map<Compared, Integer> partsLeft = new HashMap<>();
    private final int tables;
    private final long bytesTotal;
    private int tablesDone;
    private int differing;
    private long rows;
    private long bytes;

    Progress(Consumer<VerifyProgress> observer, List<Part> parts) {
        this.observer = observer;
        parts.forEach(part -> partsLeft.merge(part.table(), 1, Integer::sum));
        this.tables = partsLeft.size();
        this.bytesTotal = parts.stream().mapToLong(Part::bytes).sum();
    }

    synchronized void begin() {
        tell();
    }

    /** Takes notice of a part that is done. */
    synchronized void done(Part part, long partRows, TableResult result) {
        rows += partRows;
        bytes += part.bytes();
        if (partsLeft.merge(part.table(), -1, Integer::sum) == 0) {
            tablesDone++;
            differing += result.isEqual() ? 0 : 1;
        }
        tell();
    }

    private void tell() {
        observer.accept(new VerifyProgress(tables, tablesDone, rows, bytes, bytesTotal, differing));
    }
}
