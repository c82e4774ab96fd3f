package dev.godwit.internal.engine;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.apply.RelationShapes;
import dev.godwit.schema.Table;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Copies single tables again while nothing is applied: first their rows go, in the transaction that records that they are to be
 * copied, then they come in under a new snapshot, whose point is from where their changes count. A process that dies in
 * between leaves empty tables that the next one copies. The stream then goes on where it was; what it holds of these tables
 * from before the snapshot is skipped.
 */
record TableSync(RunContext context) {

    void run(CopyRequests requests) throws SQLException, InterruptedException {
        Set<TableName> requested = requests.pending();
        if (!requested.isEmpty()) {
            empty(tables(requested));
            requests.recorded(requested);
        }
        Set<TableName> copied = context.state().copied().keySet();
        List<Table> queued = SnapshotPhase.copyable(context.catalog().tables()).stream()
                .filter(table -> !copied.contains(table.name()))
                .toList();
        if (queued.isEmpty()) {
            return;
        }
        new SnapshotPhase(context).copyAgain(queued);
        try (Connection target = context.plan().target().open();
                Statement statement = target.createStatement()) {
            context.watch().copied(target, queued.stream().map(Table::oid).toList());
            for (Table table : queued) {
                statement.execute("ANALYZE " + table.name().quoted());
            }
        }
    }

    private List<Table> tables(Set<TableName> names) {
        return SnapshotPhase.copyable(context.catalog().tables()).stream()
                .filter(table -> names.contains(table.name()))
                .toList();
    }

    /** The shapes are captured before the snapshot is made, so that a change in between is noticed. */
    private void empty(List<Table> tables) throws SQLException {
        List<RelationName> names = tables.stream().map(SnapshotPhase::relation).collect(Collectors.toList());
        try (Connection source = context.plan().source().open();
                Connection target = context.plan().target().open()) {
            target.setAutoCommit(false);
            RelationShapes.of(context.plan().name()).capture(source, target, names);
            context.watch()
                    .recapture(source, target, tables.stream().map(Table::oid).collect(Collectors.toSet()));
            try (Statement statement = target.createStatement()) {
                statement.execute("SET LOCAL session_replication_role = replica");
                for (Table table : tables) {
                    String name = "ONLY " + table.name().quoted();
                    statement.execute((isReferenced(target, table) ? "DELETE FROM " : "TRUNCATE ") + name);
                    context.state().requeue(target, table.name());
                }
            }
            target.commit();
        }
    }

    private static boolean isReferenced(Connection target, Table table) throws SQLException {
        try (PreparedStatement query = target.prepareStatement("SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint"
                + " WHERE contype = 'f' AND confrelid = ?::regclass AND conrelid <> confrelid)")) {
            query.setString(1, table.name().quoted());
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
