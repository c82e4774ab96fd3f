package dev.godwit.internal.engine;

import dev.godwit.internal.copy.RowCopier;
import dev.godwit.internal.schema.KeyEquality;
import dev.godwit.internal.verify.RowCheck;
import dev.godwit.replication.TableRows;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.MigrationException;
import dev.godwit.result.RepairReport.RepairedTable;
import dev.godwit.result.RowDifference;
import dev.godwit.schema.Column;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;

/**
 * Copies named rows afresh in one transaction of the target, in which nothing else is applied: deletes them by their keys, inserts what
 * the source's snapshot has of them, and compares them. Used by one thread; the caller owns the transactions.
 */
final class RowRepair {
    /** What a message names of the rows that could not be repaired. */
    private static final int NAMED = 20;

    private final RunContext context;
    private final Connection source;
    private final Connection target;
    private final Map<TableName, Rows> rows;

    /**
     * Rows of a table.
     *
     * @param key the columns by which they are named
     * @param differences by the text of the key
     */
    record Rows(List<String> key, Map<List<String>, RowDifference> differences) {
        List<List<String>> keys() {
            return List.copyOf(differences.keySet());
        }
    }

    RowRepair(RunContext context, Connection source, Connection target, Map<TableName, Rows> rows) {
        this.context = context;
        this.source = source;
        this.target = target;
        this.rows = rows;
    }

    /** Does it; the caller commits. */
    List<RepairedTable> run() throws SQLException, InterruptedException {
        try (Statement statement = target.createStatement()) {
            statement.execute("SET LOCAL session_replication_role = replica");
        }
        RowCheck check = RowCheck.prepare(source, target, rows::containsKey, context.parts());
        rows.forEach((name, some) -> requireKey(check, name, some));
        Map<TableName, Long> deleted = new TreeMap<>();
        // All at first: a row may be in the way of another one, be it of its own table or of one that refers to it.
        for (Map.Entry<TableName, Rows> table : rows.entrySet()) {
            deleted.put(table.getKey(), delete(check, table(check, table.getKey()), table.getValue()));
        }
        List<RepairedTable> repaired = new ArrayList<>();
        for (Map.Entry<TableName, Rows> table : rows.entrySet()) {
            long copied = copy(check, table(check, table.getKey()), table.getValue());
            repaired.add(new RepairedTable(
                    table.getKey(),
                    table.getValue().differences().size(),
                    Objects.requireNonNull(deleted.get(table.getKey())),
                    copied));
        }
        requireEqual(check);
        return repaired;
    }

    private static Table table(RowCheck check, TableName name) {
        return Objects.requireNonNull(check.tableOrNull(name));
    }

    private static void requireKey(RowCheck check, TableName name, Rows some) {
        Table table = check.tableOrNull(name);
        if (table == null) {
            throw new IllegalArgumentException("table " + name + " is not on both sides");
        }
        for (String column : some.key()) {
            if (table.column(column).isEmpty()) {
                throw new IllegalArgumentException("table " + name + " has no column " + column
                        + ", by which the rows are named; it was changed since, so verify again");
            }
        }
    }

    private long delete(RowCheck check, Table table, Rows some) throws SQLException {
        List<KeyEquality> equality = check.equalityOnTarget(table.name(), some.key());
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < some.key().size(); i++) {
            String name = some.key().get(i);
            String type = table.column(name).map(Column::type).orElseThrow();
            conditions.add(equality.get(i)
                    .condition(
                            "r." + target.unwrap(PGConnection.class).escapeIdentifier(name), "k.c" + i + "::" + type));
        }
        String names =
                IntStream.range(0, some.key().size()).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        String sql = "DELETE FROM ONLY " + table.name().quoted() + " r USING unnest("
                + String.join(", ", Collections.nCopies(some.key().size(), "?::text[]")) + ") AS k(" + names
                + ") WHERE "
                + String.join(" AND ", conditions);
        try (PreparedStatement delete = target.prepareStatement(sql)) {
            for (int i = 0; i < some.key().size(); i++) {
                int column = i;
                delete.setArray(
                        i + 1,
                        target.createArrayOf(
                                "text",
                                some.keys().stream().map(key -> key.get(column)).toArray()));
            }
            return delete.executeUpdate();
        }
    }

    private long copy(RowCheck check, Table table, Rows some) throws SQLException, InterruptedException {
        try {
            return copy(check, table, some.key(), some.keys());
        } catch (SQLException e) {
            if (isLoss(e)) {
                throw e;
            }
            throw refused(check, table, some, e);
        }
    }

    /** Copies; where it cannot, both transactions stand where they stood before, or a session is lost. */
    private long copy(RowCheck check, Table table, List<String> key, List<List<String>> keys)
            throws SQLException, InterruptedException {
        Savepoint onSource = source.setSavepoint();
        Savepoint onTarget = target.setSavepoint();
        try {
            long copied = new RowCopier(source, target)
                    .copy(table, part(table), key, check.equalityOnSource(table.name(), key), keys);
            source.releaseSavepoint(onSource);
            target.releaseSavepoint(onTarget);
            return copied;
        } catch (SQLException e) {
            rollback(onSource, onTarget, e);
            throw e;
        }
    }

    private void rollback(Savepoint onSource, Savepoint onTarget, SQLException failure) throws SQLException {
        try {
            source.rollback(onSource);
            target.rollback(onTarget);
        } catch (SQLException e) {
            if (!isLoss(failure)) {
                e.addSuppressed(failure);
                throw e;
            }
            failure.addSuppressed(e);
        }
    }

    private static boolean isLoss(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.startsWith("08") || state.startsWith("57P");
    }

    private TableRows part(Table table) {
        return context.parts().getOrDefault(table.name(), TableRows.ALL);
    }

    /** Tries one by one, to name the rows that the target does not take. */
    private MigrationException refused(RowCheck check, Table table, Rows some, SQLException all)
            throws SQLException, InterruptedException {
        List<String> failed = new ArrayList<>();
        for (Map.Entry<List<String>, RowDifference> row : some.differences().entrySet()) {
            try {
                copy(check, table, some.key(), List.of(row.getKey()));
            } catch (SQLException e) {
                if (isLoss(e)) {
                    throw e;
                }
                failed.add(name(row.getValue()) + " (" + WithoutValues.message(e) + ")");
                if (failed.size() == NAMED) {
                    break;
                }
            }
        }
        return new MigrationException(
                null,
                "rows of table " + table.name() + " cannot be repaired, because the target refuses them: "
                        + (failed.isEmpty() ? WithoutValues.message(all) : String.join("; ", failed))
                        + ". Nothing was changed; repair what stands in their way together with them, or copy the table afresh"
                        + " (copyAfresh)",
                all);
    }

    private static String name(RowDifference row) {
        return row.table() + " key " + row.keyHash();
    }

    private void requireEqual(RowCheck check) throws SQLException, InterruptedException {
        List<RowDifference> left = new ArrayList<>();
        for (Map.Entry<TableName, Rows> table : rows.entrySet()) {
            left.addAll(check.compare(
                    source,
                    target,
                    table.getKey(),
                    table.getValue().key(),
                    table.getValue().keys()));
        }
        if (!left.isEmpty()) {
            throw new MigrationException(
                    null,
                    "rows cannot be repaired, because they differ also when they are copied afresh: "
                            + left.stream()
                                    .limit(NAMED)
                                    .map(RowDifference::toString)
                                    .collect(Collectors.joining("; "))
                            + ". Nothing was changed; look at the definitions of these tables on both sides",
                    null);
        }
    }
}
