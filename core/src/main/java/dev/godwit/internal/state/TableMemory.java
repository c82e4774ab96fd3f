package dev.godwit.internal.state;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.TableRows;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a migration that this process owns remembers of the tables that it is about. Safe for use by any thread: calls are serialised with
 * those of the {@link StateStore}, whose session they use, unless they are given a connection: these run in its transaction.
 */
public final class TableMemory {
    private final StateStore store;
    private final OwnerSession session;
    private final String migration;

    TableMemory(StateStore store, OwnerSession session, String migration) {
        this.store = store;
        this.session = session;
        this.migration = migration;
    }

    /**
     * Fixes the tables that the migration is about; those recorded before stay as they are.
     *
     * @param copied those whose rows are copied under a snapshot
     * @param others partitioned parents, unlogged tables
     * @param parts what is wanted of those of which a part is
     */
    public void record(Collection<TableName> copied, Collection<TableName> others, Map<TableName, RowStore.Part> parts)
            throws SQLException {
        synchronized (store) {
            Connection connection = session.get();
            connection.setAutoCommit(false);
            try {
                insertTables(connection, copied, "QUEUED");
                insertTables(connection, others, "NOT_COPIED");
                for (Map.Entry<TableName, RowStore.Part> part : parts.entrySet()) {
                    new RowStore(migration).record(connection, part.getKey(), part.getValue());
                }
                connection.commit();
            } finally {
                if (!connection.isClosed()) {
                    // Else the next line would commit what has failed.
                    connection.rollback();
                    connection.setAutoCommit(true);
                }
            }
        }
    }

    private void insertTables(Connection connection, Collection<TableName> tables, String initial) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO godwit.table_state (migration, schema_name, table_name, state)"
                        + " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")) {
            for (TableName table : tables) {
                statement.setString(1, migration);
                statement.setString(2, table.schema());
                statement.setString(3, table.name());
                statement.setString(4, initial);
                statement.addBatch();
            }
            statement.executeBatch();
        }
        store.ownership().require(connection);
    }

    /** Reads of which tables only a part is wanted, as the server understood it. */
    public Map<TableName, TableRows> parts() throws SQLException {
        synchronized (store) {
            Map<TableName, TableRows> used = new TreeMap<>();
            new RowStore(migration).read(session.get()).forEach((table, part) -> used.put(table, part.used()));
            return used;
        }
    }

    /** Reads the tables that the migration is about, copied or not. */
    public Set<TableName> all() throws SQLException {
        synchronized (store) {
            Set<TableName> tables = new TreeSet<>();
            try (PreparedStatement statement = session.get()
                    .prepareStatement("SELECT schema_name, table_name FROM godwit.table_state WHERE migration = ?")) {
                statement.setString(1, migration);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        tables.add(new TableName(rows.getString(1), rows.getString(2)));
                    }
                }
            }
            return tables;
        }
    }

    /** Records that a table bears another name now, on both sides. */
    public void rename(Connection connection, TableName from, TableName to) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE godwit.table_state SET schema_name = ?, table_name = ?"
                        + " WHERE migration = ? AND schema_name = ? AND table_name = ?")) {
            statement.setString(1, to.schema());
            statement.setString(2, to.name());
            statement.setString(3, migration);
            statement.setString(4, from.schema());
            statement.setString(5, from.name());
            statement.executeUpdate();
        }
        store.ownership().require(connection);
    }

    /** Reads the tables whose copy is committed and whose changes are in the migration's stream. */
    public Map<TableName, TableRecord> copied() throws SQLException {
        synchronized (store) {
            Map<TableName, TableRecord> copied = new TreeMap<>();
            try (PreparedStatement statement = session.get()
                    .prepareStatement("SELECT schema_name, table_name, synced_lsn, rows,"
                            + " bytes FROM godwit.table_state WHERE migration = ? AND state IN ('COPIED', 'JOINED')")) {
                statement.setString(1, migration);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        copied.put(
                                new TableName(rows.getString(1), rows.getString(2)),
                                new TableRecord(Lsn.parse(rows.getString(3)), rows.getLong(4), rows.getLong(5)));
                    }
                }
            }
            return copied;
        }
    }
}
