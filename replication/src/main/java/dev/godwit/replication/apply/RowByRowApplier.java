package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Applies each change by a statement of its own, strictly, with consecutive changes of a table sent together.
 *
 * <p>Tables are independent of each other here, since neither foreign keys nor triggers act, so only the order within a
 * table is kept until the batch is flushed.
 */
final class RowByRowApplier implements ChangeApplier {

    private static final int MAX_PENDING_BYTES = 4 << 20;

    private final Connection connection;
    private final boolean oneByOne;
    private final Map<Integer, TableApplier> tables = new HashMap<>();
    private final Set<TableApplier> pending = new LinkedHashSet<>();
    private long pendingBytes;

    RowByRowApplier(Connection connection, boolean oneByOne) {
        this.connection = connection;
        this.oneByOne = oneByOne;
    }

    @Override
    public void define(PgOutputMessage.Relation relation) throws SQLException {
        flush();
        TableApplier former = tables.remove(relation.id());
        if (former != null) {
            former.close();
        }
        RelationName name = new RelationName(relation.schema(), relation.name());
        TableMapping mapping = new TableMapping(relation, TargetCatalog.read(connection, name));
        tables.put(relation.id(), new TableApplier(connection, mapping, oneByOne));
    }

    private TableApplier table(int relationId) {
        TableApplier table = tables.get(relationId);
        if (table == null) {
            throw new IllegalStateException("table " + relationId + " was not defined");
        }
        return table;
    }

    @Override
    public void apply(int relationId, PgOutputMessage change, Lsn commitLsn) throws SQLException {
        TableApplier table = table(relationId);
        long before = table.pendingBytes();
        table.apply(change, commitLsn);
        pendingBytes += table.pendingBytes() - before;
        if (table.pendingBytes() > 0) {
            pending.add(table);
        }
        if (pendingBytes > MAX_PENDING_BYTES) {
            flush();
        }
    }

    @Override
    public void truncate(List<Integer> relationIds, boolean restartIdentity) throws SQLException {
        flush();
        List<TargetTable> emptied =
                relationIds.stream().map(id -> table(id).mapping().table()).toList();
        String names = emptied.stream().map(TargetTable::only).collect(Collectors.joining(", "));
        try (Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE TABLE " + names + (restartIdentity ? " RESTART IDENTITY" : ""));
        } catch (SQLException e) {
            SQLException sanitized = SqlFailures.sanitized(e);
            if (SqlFailures.isTransient(sanitized)) {
                throw sanitized;
            }
            String tables =
                    emptied.stream().map(table -> table.name().toString()).collect(Collectors.joining(", "));
            throw new ReplicationException(
                    "cannot truncate " + tables + " on the target: " + sanitized.getMessage()
                            + "; the target may have tables of its own that refer to them: mend it and go on",
                    sanitized);
        }
    }

    @Override
    public void flush() throws SQLException {
        for (TableApplier table : pending) {
            table.flush();
        }
        pending.clear();
        pendingBytes = 0;
    }
}
