package dev.godwit.internal.cutover;

import dev.godwit.internal.verify.ChangedRows;
import dev.godwit.internal.verify.RowCheck;
import dev.godwit.replication.RelationName;
import dev.godwit.result.RowDifference;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was changed since the verification is compared once more while writers wait, if the plan wants it. Used by one thread. */
final class Recheck {
    /** What a message names of what differs. */
    private static final int NAMED = 5;

    private final CutoverContext context;

    @Nullable
    private RowCheck check;

    Recheck(CutoverContext context) {
        this.context = context;
    }

    boolean isWanted() {
        return context.plan().cutover().verified().isRechecked();
    }

    /**
     * Reads what the tables look like, before writers wait.
     *
     * @throws IllegalStateException if changes of a table tell by other columns than when they were begun to be collected which row
     *     they are about
     */
    void prepare(Connection source, Connection target) throws SQLException, InterruptedException {
        if (isWanted()) {
            check = inTransactions(
                    source,
                    target,
                    () -> RowCheck.prepare(
                            source,
                            target,
                            context.plan().tables(),
                            context.state().tables().parts()));
            requireSameKeys(check, context.changed().orElseThrow());
        }
    }

    private static void requireSameKeys(RowCheck prepared, ChangedRows changed) {
        changed.rows().keys().forEach((table, key) -> {
            Table known = prepared.tableOrNull(name(table));
            if (known != null && !RowCheck.changeKey(known).equals(key)) {
                throw new IllegalStateException("recheckChanges wants what was changed since the verification at "
                        + changed.since() + " to be compared again, and that is not possible: the replica identity of "
                        + table
                        + " was changed; verify again (run.verify(), every value of every table), then cut over");
            }
        });
    }

    /** Compares the rows; both sides stand at the end of the source's log. */
    void run(Connection source, Connection target) throws SQLException, InterruptedException {
        ChangedRows changed = context.changed().orElseThrow();
        changed.rows().whyUnknown().ifPresent(why -> {
            throw new IllegalStateException("what was changed since the verification at " + changed.since()
                    + " cannot be compared again: " + why + "; verify again, then cut over");
        });
        Map<TableName, List<List<String>>> rows = new TreeMap<>();
        changed.rows().rows().forEach((table, keys) -> rows.put(name(table), keys));
        List<RowDifference> differences = inTransactions(source, target, () -> {
            List<RowDifference> found = new ArrayList<>();
            for (Map.Entry<TableName, List<List<String>>> table : rows.entrySet()) {
                found.addAll(compare(source, target, table.getKey(), table.getValue()));
            }
            return found;
        });
        if (!differences.isEmpty()) {
            throw new IllegalStateException(differences.size() + " rows that were changed since the verification at "
                    + changed.since() + " differ: "
                    + differences.stream()
                            .limit(NAMED)
                            .map(RowDifference::toString)
                            .collect(Collectors.joining("; "))
                    + (differences.size() > NAMED ? "; ..." : "")
                    + ". Verify, and make them good (repair, copyAfresh), then cut over again");
        }
    }

    private List<RowDifference> compare(Connection source, Connection target, TableName table, List<List<String>> keys)
            throws SQLException, InterruptedException {
        RowCheck prepared = Objects.requireNonNull(check, "prepared first");
        Table known = prepared.tableOrNull(table);
        if (known == null) {
            throw new IllegalStateException(
                    "table " + table + " was changed since the verification and is not on both sides"
                            + " any more; verify again, then cut over");
        }
        return prepared.compare(source, target, table, RowCheck.changeKey(known), keys);
    }

    private static TableName name(RelationName table) {
        return new TableName(table.schema(), table.name());
    }

    private interface Work<T> {
        T run() throws SQLException, InterruptedException;
    }

    private static <T> T inTransactions(Connection source, Connection target, Work<T> work)
            throws SQLException, InterruptedException {
        List<Connection> both = List.of(source, target);
        try {
            for (Connection side : both) {
                side.setAutoCommit(false);
            }
            return work.run();
        } finally {
            for (Connection side : both) {
                side.rollback();
                side.setAutoCommit(true);
            }
        }
    }
}
