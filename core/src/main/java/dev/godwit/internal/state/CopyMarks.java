package dev.godwit.internal.state;

import dev.godwit.schema.TableName;
import java.io.Serializable;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is written into a migration's memory in the transactions that do the work itself: what is marked is done, and nothing
 * else. Can be sent to another process, which then writes as the owner, as long as that one is it.
 *
 * <p>Safe for use by any thread: each call uses the connection it is given, in its transaction.
 *
 * @param migration the migration's name
 * @param ownership the right to write
 */
public record CopyMarks(String migration, Ownership ownership) implements Serializable {

    /**
     * Gives which of the tables still wait for their copy. A transaction that may be about to mark one of them is waited for.
     *
     * @param tables the tables
     */
    public Set<TableName> waiting(Connection connection, Collection<TableName> tables) throws SQLException {
        Set<TableName> waiting = new HashSet<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT schema_name, table_name"
                + " FROM godwit.table_state WHERE migration = ? AND state IN ('QUEUED', 'JOINING')"
                + " AND (schema_name, table_name) IN (SELECT * FROM unnest(?::text[], ?::text[]))"
                + " ORDER BY 1, 2 FOR UPDATE")) {
            query.setString(1, migration);
            query.setArray(2, array(connection, tables.stream().map(TableName::schema)));
            query.setArray(3, array(connection, tables.stream().map(TableName::name)));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    waiting.add(new TableName(rows.getString(1), rows.getString(2)));
                }
            }
        }
        return waiting;
    }

    /** Records copies, in the transaction that holds their rows; a table that is joining stays apart for now. */
    public void recordCopied(Connection connection, Map<TableName, TableRecord> copied) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE godwit.table_state SET state = CASE state WHEN 'QUEUED' THEN 'COPIED'"
                        + " ELSE 'APART' END, synced_lsn = ?, rows = ?, bytes = ?, started = now(),"
                        + " ended = clock_timestamp() WHERE migration = ? AND schema_name = ? AND table_name = ?"
                        + " AND state IN ('QUEUED', 'JOINING')")) {
            for (Map.Entry<TableName, TableRecord> entry : copied.entrySet()) {
                statement.setString(1, entry.getValue().syncedLsn().toString());
                statement.setLong(2, entry.getValue().rows());
                statement.setLong(3, entry.getValue().bytes());
                statement.setString(4, migration);
                statement.setString(5, entry.getKey().schema());
                statement.setString(6, entry.getKey().name());
                statement.addBatch();
            }
            for (int changed : statement.executeBatch()) {
                if (changed != 1) {
                    throw ownership.lost(null);
                }
            }
        }
        ownership.require(connection);
    }

    /** Records schema steps, in the transaction that did them. */
    public void recordSteps(Connection connection, Collection<String> ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO godwit.schema_step (migration, id) SELECT ?, unnest(?::text[])")) {
            statement.setString(1, migration);
            statement.setArray(2, array(connection, ids.stream()));
            statement.executeUpdate();
        }
        ownership.require(connection);
    }

    /** Gives which of the schema steps are done; who is not the owner any more does not begin another one. */
    public Set<String> done(Connection connection, Collection<String> ids) throws SQLException {
        Set<String> done = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT s.id FROM godwit.migration m"
                + " LEFT JOIN godwit.schema_step s ON s.migration = m.name AND s.id = ANY (?::text[])"
                + " WHERE m.name = ? AND m.owner_epoch = ?")) {
            statement.setArray(1, array(connection, ids.stream()));
            statement.setString(2, migration);
            statement.setLong(3, ownership.epoch());
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    throw ownership.lost(null);
                }
                do {
                    String id = rows.getString(1);
                    if (id != null) {
                        done.add(id);
                    }
                } while (rows.next());
            }
        }
        return done;
    }

    /** Gives the marks of tables that are copied in parts. */
    public ChunkMarks chunks() {
        return new ChunkMarks(migration, ownership);
    }

    private static Array array(Connection connection, Stream<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    /** Records one schema step; see {@link #recordSteps}. */
    public void recordStep(Connection connection, String id) throws SQLException {
        recordSteps(connection, List.of(id));
    }
}
