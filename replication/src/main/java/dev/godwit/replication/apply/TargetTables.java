package dev.godwit.replication.apply;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Applies chunks of changes inside the open transaction of one session of the target.
 *
 * <p>Tables are independent of each other here, since neither foreign keys nor triggers act, so only the order within a
 * table is kept.
 */
final class TargetTables {

    private final Connection connection;
    private final ApplyMode mode;
    private final @Nullable ConflictRecorder recorder;
    private final Set<RelationName> known;
    private final Map<Integer, TableApplier> tables = new HashMap<>();
    private final Set<RelationName> defined = new HashSet<>();

    /**
     * Makes it.
     *
     * @param known all tables of the migration, under their names on the target
     */
    TargetTables(Connection connection, ApplyMode mode, @Nullable ConflictRecorder recorder, Set<RelationName> known) {
        this.connection = connection;
        this.mode = mode;
        this.recorder = recorder;
        this.known = known;
    }

    /** Takes a table's shape, new or changed. */
    TableMapping define(PgOutputMessage.Relation relation) throws SQLException {
        TableApplier former = tables.remove(relation.id());
        if (former != null) {
            former.close();
        }
        RelationName name = new RelationName(relation.schema(), relation.name());
        if (!defined.add(name)) {
            forgetStatements();
        }
        TableMapping mapping = new TableMapping(relation, TargetCatalog.read(connection, name));
        tables.put(relation.id(), new TableApplier(connection, mapping, mode, recorder));
        return mapping;
    }

    /**
     * The server keeps the types that parameters had when a statement was prepared, and the driver keeps the statement for the
     * next one of the same text: of a column that was a date, a timestamp's time would be lost. The driver sees this command, and
     * prepares all of them anew.
     */
    private void forgetStatements() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DEALLOCATE ALL");
        }
    }

    private TableApplier table(int relationId) {
        TableApplier table = tables.get(relationId);
        if (table == null) {
            throw new IllegalStateException("table " + relationId + " was not defined");
        }
        return table;
    }

    void apply(ChangeChunk chunk) throws SQLException {
        for (TableChanges changes : chunk.tables()) {
            TableApplier table = table(changes.relationId());
            for (TableChanges.Segment segment : changes.segments()) {
                table.apply(segment, chunk.lastCommitLsn());
            }
        }
    }

    /** Empties tables. */
    void truncate(List<Integer> relationIds, boolean restartIdentity) throws SQLException {
        List<TargetTable> emptied =
                relationIds.stream().map(id -> table(id).mapping().table()).toList();
        try {
            new Truncation(connection, known).run(emptied, restartIdentity);
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
}
