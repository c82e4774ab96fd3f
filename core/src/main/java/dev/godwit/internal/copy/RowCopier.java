package dev.godwit.internal.copy;

import dev.godwit.internal.schema.KeyEquality;
import dev.godwit.replication.TableRows;
import dev.godwit.schema.Column;
import dev.godwit.schema.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.core.Utils;

/**
 * Copies rows of a table that are named by a key, as the whole table is copied: through COPY, row filter and column list respected.
 *
 * <p>Used by one thread; the caller owns both transactions.
 */
public final class RowCopier {
    /** A statement should not grow beyond what the server's parser does at once. */
    private static final int KEYS_PER_STATEMENT = 500;

    private final TableCopier copier;

    public RowCopier(Connection source, Connection target) {
        copier = new TableCopier(source, target);
    }

    /**
     * Copies those of the rows that the source has.
     *
     * @param keyColumns the columns by which the rows are named
     * @param equality how these are compared on the source
     * @param keys their text, one list for each row
     * @return how many the source has
     */
    public long copy(
            Table table, TableRows part, List<String> keyColumns, List<KeyEquality> equality, List<List<String>> keys)
            throws SQLException, InterruptedException {
        CopyTable plain = CopyTable.of(table, part, false);
        long copied = 0;
        for (int from = 0; from < keys.size(); from += KEYS_PER_STATEMENT) {
            List<List<String>> some = keys.subList(from, Math.min(keys.size(), from + KEYS_PER_STATEMENT));
            copied += copier.copy(plain, condition(table, keyColumns, equality, some), false, (rows, bytes) -> {})
                    .rows();
        }
        return copied;
    }

    /** COPY takes no parameters, so the driver quotes the values. What IN finds with an empty search path is the server's own equality. */
    private static String condition(
            Table table, List<String> keyColumns, List<KeyEquality> equality, List<List<String>> keys)
            throws SQLException {
        List<String> columns = new ArrayList<>();
        List<String> types = new ArrayList<>();
        for (String name : keyColumns) {
            columns.add(Utils.escapeIdentifier(null, name).toString());
            types.add(table.column(name).map(Column::type).orElseThrow());
        }
        boolean builtIn = equality.stream().allMatch(KeyEquality::isBuiltIn);
        List<String> rows = new ArrayList<>();
        for (List<String> key : keys) {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < types.size(); i++) {
                String value = "'" + Utils.escapeLiteral(null, key.get(i), true) + "'::" + types.get(i);
                values.add(builtIn ? value : equality.get(i).condition(columns.get(i), value));
            }
            rows.add("(" + String.join(builtIn ? ", " : " AND ", values) + ")");
        }
        return builtIn
                ? "(" + String.join(", ", columns) + ") IN (" + String.join(", ", rows) + ")"
                : "(" + String.join(" OR ", rows) + ")";
    }
}
