package dev.godwit.internal.watch;

import dev.godwit.internal.state.StateStore;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The source's schema as the migration knows it, on the target. Calls run in the transaction of their connection. */
record SchemaStore(String migration, StateStore state) {
    private static final String CREATE = """
            SELECT pg_advisory_xact_lock(7166214, 0);
            CREATE TABLE IF NOT EXISTS godwit.source_object (
                migration text NOT NULL REFERENCES godwit.migration ON DELETE CASCADE,
                object text NOT NULL,
                definition text NOT NULL);
            CREATE INDEX IF NOT EXISTS source_object_migration ON godwit.source_object (migration);
            CREATE TABLE IF NOT EXISTS godwit.source_table (
                migration text NOT NULL REFERENCES godwit.migration ON DELETE CASCADE,
                relation_id bigint NOT NULL,
                filenode bigint NOT NULL,
                columns text[] NOT NULL,
                membership text NOT NULL,
                stale text,
                PRIMARY KEY (migration, relation_id));
            """;

    static void create(Connection target) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute(CREATE);
        }
    }

    Map<String, String> objects(Connection target) throws SQLException {
        Map<String, String> objects = new TreeMap<>();
        try (PreparedStatement query =
                target.prepareStatement("SELECT object, definition FROM godwit.source_object WHERE migration = ?")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    objects.put(row.getString(1), row.getString(2));
                }
            }
        }
        return objects;
    }

    /** Knows these objects and no others from now on. */
    void replaceObjects(Connection target, Map<String, String> objects) throws SQLException {
        try (PreparedStatement delete =
                        target.prepareStatement("DELETE FROM godwit.source_object WHERE migration = ?");
                PreparedStatement insert = target.prepareStatement(
                        "INSERT INTO godwit.source_object (migration, object, definition) VALUES (?, ?, ?)")) {
            delete.setString(1, migration);
            delete.executeUpdate();
            for (Map.Entry<String, String> object : objects.entrySet()) {
                insert.setString(1, migration);
                insert.setString(2, object.getKey());
                insert.setString(3, object.getValue());
                insert.addBatch();
            }
            insert.executeBatch();
        }
        state.ownership().require(target);
    }

    Map<Long, SourceTable> tables(Connection target) throws SQLException {
        Map<Long, SourceTable> tables = new HashMap<>();
        try (PreparedStatement query = target.prepareStatement(
                "SELECT relation_id, filenode, columns, membership FROM godwit.source_table WHERE migration = ?")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    Array columns = row.getArray(3);
                    tables.put(
                            row.getLong(1),
                            new SourceTable(
                                    row.getLong(1),
                                    row.getLong(2),
                                    SourceTable.columns((String[]) columns.getArray()),
                                    row.getString(4)));
                }
            }
        }
        return tables;
    }

    void storeTables(Connection target, Collection<SourceTable> tables) throws SQLException {
        try (PreparedStatement insert = target.prepareStatement(
                "INSERT INTO godwit.source_table (migration,"
                        + " relation_id, filenode, columns, membership) VALUES (?, ?, ?, ?, ?) ON CONFLICT (migration, relation_id)"
                        + " DO UPDATE SET filenode = excluded.filenode, columns = excluded.columns, membership = excluded.membership")) {
            for (SourceTable table : tables) {
                insert.setString(1, migration);
                insert.setLong(2, table.id());
                insert.setLong(3, table.filenode());
                insert.setArray(
                        4,
                        target.createArrayOf(
                                "text",
                                table.columns().stream()
                                        .map(SourceTable.Column::toString)
                                        .toArray()));
                insert.setString(5, table.membership());
                insert.addBatch();
            }
            insert.executeBatch();
        }
        state.ownership().require(target);
    }

    /** Knows the tables as before, but under what they are published. */
    void storeMemberships(Connection target, Collection<SourceTable> tables) throws SQLException {
        try (PreparedStatement update = target.prepareStatement(
                "UPDATE godwit.source_table SET membership = ? WHERE migration = ? AND relation_id = ?")) {
            for (SourceTable table : tables) {
                update.setString(1, table.membership());
                update.setString(2, migration);
                update.setLong(3, table.id());
                update.addBatch();
            }
            update.executeBatch();
        }
        state.ownership().require(target);
    }

    /** Remembers that a table's rows were changed without a change being sent. */
    void markStale(Connection target, long table, String reason) throws SQLException {
        try (PreparedStatement update = target.prepareStatement(
                "UPDATE godwit.source_table SET stale = ? WHERE migration = ? AND relation_id = ?")) {
            update.setString(1, reason);
            update.setString(2, migration);
            update.setLong(3, table);
            update.executeUpdate();
        }
        state.ownership().require(target);
    }

    /** Forgets that tables are stale; gives how many were. */
    int clearStale(Connection target) throws SQLException {
        try (PreparedStatement update = target.prepareStatement(
                "UPDATE godwit.source_table SET stale = NULL WHERE migration = ? AND stale IS NOT NULL")) {
            update.setString(1, migration);
            return update.executeUpdate();
        }
    }

    /** Forgets that some tables are stale. */
    void clearStale(Connection target, Collection<Long> tables) throws SQLException {
        try (PreparedStatement update = target.prepareStatement(
                "UPDATE godwit.source_table SET stale = NULL WHERE migration = ? AND relation_id = ANY (?)")) {
            update.setString(1, migration);
            update.setArray(2, target.createArrayOf("int8", tables.toArray()));
            update.executeUpdate();
        }
    }

    /** Gives the stale tables and why. */
    Map<Long, String> stale(Connection target) throws SQLException {
        Map<Long, String> stale = new TreeMap<>();
        try (PreparedStatement query = target.prepareStatement(
                "SELECT relation_id, stale FROM godwit.source_table WHERE migration = ? AND stale IS NOT NULL")) {
            query.setString(1, migration);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    stale.put(row.getLong(1), row.getString(2));
                }
            }
        }
        return stale;
    }
}
