package dev.godwit.internal.copy;

import dev.godwit.replication.TableRows;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Unlogged tables, which are in no stream: they are copied with the others, so that the target can be tried, and again while the fence
 * holds.
 *
 * @param catalog the source's migrated tables
 * @param parts which part is copied of tables of which not all is
 */
public record UnloggedTables(Catalog catalog, Map<TableName, TableRows> parts) {
    private static final String REFERRING =
            "SELECT DISTINCT conrelid::bigint FROM pg_catalog.pg_constraint WHERE contype = 'f' AND conrelid = ANY (?)";

    /** Copies all of them. */
    public void copy(Connection source, Connection target) throws SQLException, InterruptedException {
        copy(source, target, unlogged());
    }

    /** Copies those without foreign keys: what these refer to stands at another point in time as long as changes are applied. */
    public void copyFreestanding(Connection source, Connection target) throws SQLException, InterruptedException {
        Set<Long> referring = referring(source);
        copy(
                source,
                target,
                unlogged().stream().filter(t -> !referring.contains(t.oid())).toList());
    }

    /** Copies those with foreign keys, which must have been built. */
    public void copyReferring(Connection source, Connection target) throws SQLException, InterruptedException {
        Set<Long> referring = referring(source);
        copy(
                source,
                target,
                unlogged().stream().filter(t -> referring.contains(t.oid())).toList());
    }

    public boolean isEmpty() {
        return unlogged().isEmpty();
    }

    private List<Table> unlogged() {
        return catalog.tables().stream()
                .filter(table -> table.kind() == Table.Kind.ORDINARY)
                .filter(table -> table.persistence() == Table.Persistence.UNLOGGED)
                .toList();
    }

    private Set<Long> referring(Connection source) throws SQLException {
        Set<Long> oids = new HashSet<>();
        try (PreparedStatement query = source.prepareStatement(REFERRING)) {
            Array unlogged = source.createArrayOf(
                    "oid", unlogged().stream().map(Table::oid).toArray());
            query.setArray(1, unlogged);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    oids.add(row.getLong(1));
                }
            }
        }
        return oids;
    }

    private void copy(Connection source, Connection target, List<Table> tables)
            throws SQLException, InterruptedException {
        if (tables.isEmpty()) {
            return;
        }
        target.setAutoCommit(false);
        try (Statement statement = target.createStatement()) {
            statement.execute("SET LOCAL session_replication_role = replica");
            for (Table table : tables) {
                // The rows of the copy before.
                statement.execute("DELETE FROM ONLY " + table.name().quoted());
                new TableCopier(source, target)
                        .copy(table, parts.getOrDefault(table.name(), TableRows.ALL), (rows, bytes) -> {});
            }
        }
        target.commit();
        target.setAutoCommit(true);
    }
}
