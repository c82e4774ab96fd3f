package dev.godwit.internal.state;

import dev.godwit.replication.Lsn;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.TableName;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which parts of tables are copied. The parts of a table belong to one snapshot, by whose consistent point the table is marked as
 * split; a task of an earlier snapshot that still runs somewhere is waited for when the mark is changed, and refused afterwards.
 *
 * <p>Safe for use by any thread: each call uses the connection it is given, in its transaction.
 *
 * @param migration the migration's name
 * @param ownership the right to write
 */
public record ChunkMarks(String migration, Ownership ownership) implements Serializable {
    private static final String OF_TABLE = " WHERE migration = ? AND schema_name = ? AND table_name = ?";
    /** Instead of a number of rows, while a part is claimed and not recorded. */
    private static final int CLAIMED = -1;

    private static final String NOT_COPIED = " AND state IN ('QUEUED', 'JOINING')";

    /** Gives the tables that an earlier attempt has begun to copy in parts; what it copied has to be removed, then {@link #forget}. */
    public List<TableName> abandoned(Connection connection) throws SQLException {
        List<TableName> tables = new ArrayList<>();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT schema_name, table_name FROM godwit.table_state"
                        + " WHERE migration = ? AND split_lsn IS NOT NULL" + NOT_COPIED
                        + " ORDER BY 1, 2 FOR UPDATE")) {
            query.setString(1, migration);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    tables.add(new TableName(rows.getString(1), rows.getString(2)));
                }
            }
        }
        ownership.require(connection);
        return tables;
    }

    /** Marks a table as split under a snapshot. */
    public void split(Connection connection, TableName table, Lsn point) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE godwit.table_state SET split_lsn = ?" + OF_TABLE + NOT_COPIED)) {
            statement.setString(1, point.toString());
            set(statement, 2, table);
            if (statement.executeUpdate() != 1) {
                throw ownership.lost(null);
            }
        }
        ownership.require(connection);
    }

    /**
     * Claims a part for the present transaction, which is to {@link #record} it; whoever else may be about to commit it is waited for.
     *
     * @return false if it is copied; a claim that was committed without its rows does not count
     * @throws MigrationException if the table is not split under this snapshot any more
     */
    public boolean claim(Connection connection, TableName table, int chunk, Lsn point) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT 1 FROM godwit.table_state" + OF_TABLE + NOT_COPIED + " AND split_lsn = ? FOR SHARE")) {
            set(query, 1, table);
            query.setString(4, point.toString());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new MigrationException(
                            null,
                            "table " + table + " is copied under another snapshot by now; this part is not",
                            null);
                }
            }
        }
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO godwit.chunk_state"
                + " (migration, schema_name, table_name, chunk, rows, bytes) VALUES (?, ?, ?, ?, ?, 0)"
                + " ON CONFLICT (migration, schema_name, table_name, chunk) DO UPDATE SET rows = excluded.rows"
                + " WHERE chunk_state.rows = excluded.rows")) {
            set(statement, 1, table);
            statement.setInt(4, chunk);
            statement.setInt(5, CLAIMED);
            return statement.executeUpdate() == 1;
        }
    }

    /** Records what a part holds, in the transaction that has claimed it and holds its rows. */
    public void record(Connection connection, TableName table, int chunk, long rows, long bytes) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE godwit.chunk_state SET rows = ?, bytes = ?" + OF_TABLE + " AND chunk = ?")) {
            statement.setLong(1, rows);
            statement.setLong(2, bytes);
            set(statement, 3, table);
            statement.setInt(6, chunk);
            if (statement.executeUpdate() != 1) {
                throw ownership.lost(null);
            }
        }
        ownership.require(connection);
    }

    /**
     * Gives what all parts hold together.
     *
     * @throws IllegalStateException if not so many are recorded
     */
    public TableRecord sum(Connection connection, TableName table, int chunks, Lsn point) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT count(*), sum(rows), sum(bytes) FROM godwit.chunk_state" + OF_TABLE + " AND rows <> ?")) {
            set(query, 1, table);
            query.setInt(4, CLAIMED);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                if (row.getInt(1) != chunks) {
                    throw new IllegalStateException("table " + table + " holds " + row.getInt(1) + " of its " + chunks
                            + " parts on the target; resume, and it is copied anew");
                }
                return new TableRecord(point, row.getLong(2), row.getLong(3));
            }
        }
    }

    /** Forgets the parts of a table, and that it is split. */
    public void forget(Connection connection, TableName table) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE godwit.table_state SET split_lsn = NULL" + OF_TABLE)) {
            set(statement, 1, table);
            statement.executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM godwit.chunk_state" + OF_TABLE)) {
            set(statement, 1, table);
            statement.executeUpdate();
        }
    }

    private void set(PreparedStatement statement, int first, TableName table) throws SQLException {
        statement.setString(first, migration);
        statement.setString(first + 1, table.schema());
        statement.setString(first + 2, table.name());
    }
}
