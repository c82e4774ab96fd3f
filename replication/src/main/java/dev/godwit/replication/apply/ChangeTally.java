package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the source's changes per table, one by one. Used by one thread at a time. */
final class ChangeTally {

    /** What is counted; the order is that of {@link ChangeCounts}. */
    enum Kind {
        INSERT(0),
        UPDATE(1),
        DELETE(2),
        TRUNCATE(3),
        CONFLICT(4);

        private final int index;

        Kind(int index) {
            this.index = index;
        }
    }

    private static final int KINDS = 5;

    private final Map<RelationName, long[]> tables = new HashMap<>();
    /** Changes of a table mostly follow one another. */
    private @Nullable RelationName lastTable;

    private long[] lastCounts = new long[KINDS];

    void add(RelationName table, Kind kind) {
        of(table)[kind.index]++;
    }

    /** Turns a change that was counted into a conflict. */
    void addConflict(RelationName table, Kind kind) {
        long[] counts = of(table);
        counts[kind.index]--;
        counts[Kind.CONFLICT.index]++;
    }

    private long[] of(RelationName table) {
        if (!table.equals(lastTable)) {
            lastTable = table;
            lastCounts = tables.computeIfAbsent(table, name -> new long[KINDS]);
        }
        return lastCounts;
    }

    void addAll(ChangeTally other) {
        other.tables.forEach((table, added) -> {
            long[] counts = of(table);
            Arrays.setAll(counts, i -> counts[i] + added[i]);
        });
    }

    Map<RelationName, ChangeCounts> counts() {
        Map<RelationName, ChangeCounts> counts = new HashMap<>();
        tables.forEach(
                (table, each) -> counts.put(table, new ChangeCounts(each[0], each[1], each[2], each[3], each[4])));
        return counts;
    }
}
