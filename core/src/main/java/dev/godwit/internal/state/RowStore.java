package dev.godwit.internal.state;

import dev.godwit.replication.TableRows;
import dev.godwit.schema.TableName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of which rows and columns a migration is about. Calls run in the transaction of their connection.
 *
 * @param migration the migration's name
 */
public record RowStore(String migration) {

    /**
     * A part of a table.
     *
     * @param wanted as the user has written it
     * @param used as the server understood it then: what a constant such as {@code 'today'} means is fixed in it
     */
    public record Part(TableRows wanted, TableRows used) {
        /** All of a table. */
        public static final Part ALL = new Part(TableRows.ALL, TableRows.ALL);
    }

    /** Remembers what is wanted of a table that is recorded. */
    public void record(Connection target, TableName table, Part part) throws SQLException {
        try (PreparedStatement update = target.prepareStatement("UPDATE godwit.table_state SET row_columns = ?,"
                + " row_condition = ?, row_filter = ? WHERE migration = ? AND schema_name = ? AND table_name = ?")) {
            List<String> columns = part.wanted().columns();
            update.setArray(1, columns.isEmpty() ? null : target.createArrayOf("text", columns.toArray()));
            update.setString(2, part.wanted().conditionOrNull());
            update.setString(3, part.used().conditionOrNull());
            update.setString(4, migration);
            update.setString(5, table.schema());
            update.setString(6, table.name());
            update.executeUpdate();
        }
    }

    /** Reads of which tables only a part is wanted. */
    public Map<TableName, Part> read(Connection target) throws SQLException {
        Map<TableName, Part> parts = new TreeMap<>();
        try (PreparedStatement query = target.prepareStatement("SELECT schema_name, table_name, row_columns,"
                + " row_condition, row_filter FROM godwit.table_state"
                + " WHERE migration = ? AND (row_columns IS NOT NULL OR row_filter IS NOT NULL)")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    TableRows wanted = new TableRows(columns(row.getArray(3)), row.getString(4));
                    parts.put(
                            new TableName(row.getString(1), row.getString(2)),
                            new Part(wanted, wanted.where(row.getString(5))));
                }
            }
        }
        return parts;
    }

    /** Reads the tables that the migration is about, without owning it. */
    public Set<TableName> tables(Connection target) throws SQLException {
        Set<TableName> tables = new TreeSet<>();
        try (PreparedStatement query =
                target.prepareStatement("SELECT schema_name, table_name FROM godwit.table_state WHERE migration = ?")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    tables.add(new TableName(row.getString(1), row.getString(2)));
                }
            }
        }
        return tables;
    }

    private static List<String> columns(@Nullable Array columns) throws SQLException {
        return columns == null ? List.of() : List.of((String[]) columns.getArray());
    }
}
