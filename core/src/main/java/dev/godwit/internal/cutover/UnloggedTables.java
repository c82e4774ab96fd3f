package dev.godwit.internal.cutover;

import dev.godwit.internal.copy.TableCopier;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Unlogged tables are in no stream: they are copied while the fence holds. */
record UnloggedTables(Catalog catalog) {

    void copy(Connection source, Connection target) throws SQLException, InterruptedException {
        List<Table> unlogged = catalog.tables().stream()
                .filter(table -> table.kind() == Table.Kind.ORDINARY)
                .filter(table -> table.persistence() == Table.Persistence.UNLOGGED)
                .toList();
        if (unlogged.isEmpty()) {
            return;
        }
        target.setAutoCommit(false);
        try (Statement statement = target.createStatement()) {
            statement.execute("SET LOCAL session_replication_role = replica");
            for (Table table : unlogged) {
                // An attempt that was undone may have left its rows.
                statement.execute("DELETE FROM ONLY " + table.name().quoted());
                new TableCopier(source, target).copy(table, (rows, bytes) -> {});
            }
        }
        target.commit();
        target.setAutoCommit(true);
    }
}
