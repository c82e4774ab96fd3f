package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects changes until there are enough of them to be applied. */
final class ChangeCollector {

    /** What a change takes on the heap beside its bytes, by estimate. */
    private static final int OVERHEAD_BYTES = 320;

    /** From this size on it is worth while to begin, if the target has nothing else to do. */
    private static final int WORTHWHILE_BYTES = 2 << 20;

    private final ApplyMode mode;
    private final long maxBytes;
    private final Map<Integer, TableMapping> mappings = new HashMap<>();
    private Map<Integer, TableChanges> tables = new LinkedHashMap<>();
    private Lsn lastCommitLsn = Lsn.ZERO;
    private long bytes;

    ChangeCollector(ApplyMode mode, long maxBytes) {
        this.mode = mode;
        this.maxBytes = maxBytes;
    }

    /** Takes a table's shape; what was collected under a former one must have been taken. */
    void define(int relationId, TableMapping mapping) {
        mappings.put(relationId, mapping);
    }

    boolean isEmpty() {
        return tables.isEmpty();
    }

    boolean isWorthwhile() {
        return bytes >= Math.min(maxBytes, WORTHWHILE_BYTES);
    }

    boolean isFull() {
        return bytes >= maxBytes;
    }

    void add(int relationId, PgOutputMessage change, Lsn commitLsn, long heapBytes) {
        TableChanges table = tables.get(relationId);
        if (table == null) {
            TableMapping mapping = mappings.get(relationId);
            if (mapping == null) {
                throw new IllegalStateException("table " + relationId + " was not defined");
            }
            table = new TableChanges(relationId, mapping, mode);
            tables.put(relationId, table);
        }
        table.add(change, commitLsn);
        lastCommitLsn = commitLsn;
        bytes += heapBytes + OVERHEAD_BYTES;
    }

    /** Gives what was collected, and begins anew. */
    ChangeChunk take() {
        ChangeChunk chunk = new ChangeChunk(List.copyOf(tables.values()), lastCommitLsn, bytes);
        tables = new LinkedHashMap<>();
        bytes = 0;
        return chunk;
    }
}
