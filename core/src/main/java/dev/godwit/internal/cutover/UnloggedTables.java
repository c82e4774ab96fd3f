package dev.godwit.internal.cutover;

import dev.godwit.internal.copy.TableCopier;
import dev.godwit.internal.state.RowStore;
import dev.godwit.schema.Catalog;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** Unlogged tables are in no stream: they are copied while the fence holds. */
record UnloggedTables(Catalog catalog, RowStore parts) {

    void copy(Connection source, Connection target) throws SQLException, InterruptedException {
        List<Table> unlogged = catalog.tables().stream()
                .filter(table -> table.kind() == Table.Kind.ORDINARY)
                .filter(table -> table.persistence() == Table.Persistence.UNLOGGED)
                .toList();
        if (unlogged.isEmpty()) {
            return;
        }
        target.setAutoCommit(false);
        Map<TableName, RowStore.Part> chosen = parts.read(target);
        try (Statement statement = target.createStatement()) {
            statement.execute("SET LOCAL session_replication_role = replica");
            for (Table table : unlogged) {
                // An attempt that was undone may have left its rows.
                statement.execute("DELETE FROM ONLY " + table.name().quoted());
                new TableCopier(source, target)
                        .copy(
                                table,
                                chosen.getOrDefault(table.name(), RowStore.Part.ALL)
                                        .used(),
                                (rows, bytes) -> {});
            }
        }
        target.commit();
        target.setAutoCommit(true);
    }
}
