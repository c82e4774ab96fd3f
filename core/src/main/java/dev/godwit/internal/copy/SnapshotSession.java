package dev.godwit.internal.copy;

import dev.godwit.replication.ExportedSnapshot;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.ServerConnections;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A snapshot of the source that matches an LSN exactly, kept by a session that holds nothing else.
 *
 * <p>The order is what makes it exact: the tables are locked (ACCESS SHARE, without an xid) before the slot is created, so
 * that no rewrite can slip in between and leave a table that looks empty to the snapshot; the slot's snapshot is imported
 * and exported again at once, so that the copy does not hang on the replication connection.
 *
 * <p>Created, used and closed by one thread; the name may be used by any.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-replication.html">CREATE_REPLICATION_SLOT</a>
 */
public final class SnapshotSession implements AutoCloseable {
    private static final Duration SLOT_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);
    /** A single statement must stay below the server's limit on a query's size and the parser's patience. */
    private static final int TABLES_PER_STATEMENT = 1_000;

    private final Connection keeper;
    private final Lsn consistentPoint;
    private final String name;

    private SnapshotSession(Connection keeper, Lsn consistentPoint, String name) {
        this.keeper = keeper;
        this.consistentPoint = consistentPoint;
        this.name = name;
    }

    /** Creates a slot and the snapshot at its consistent point. */
    public static SnapshotSession create(
            ServerConnections source, String slot, boolean temporary, List<TableName> tables) throws SQLException {
        try (Connection locks = source.open()) {
            locks.setAutoCommit(false);
            lock(locks, tables);
            Connection keeper = source.open();
            try (Connection replication = source.openReplication();
                    ExportedSnapshot exported = ReplicationSlots.create(replication, slot, temporary, SLOT_TIMEOUT)) {
                String name = importAndExport(keeper, exported.snapshotName());
                lock(keeper, tables);
                locks.rollback();
                return new SnapshotSession(keeper, exported.consistentPoint(), name);
            } catch (SQLException | RuntimeException e) {
                closeAfter(keeper, e);
                throw e;
            }
        }
    }

    private static void closeAfter(Connection connection, Exception primary) {
        try {
            connection.close();
        } catch (SQLException e) {
            primary.addSuppressed(e);
        }
    }

    private static void lock(Connection connection, List<TableName> tables) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = " + LOCK_TIMEOUT.toMillis());
            for (int from = 0; from < tables.size(); from += TABLES_PER_STATEMENT) {
                List<TableName> some = tables.subList(from, Math.min(tables.size(), from + TABLES_PER_STATEMENT));
                statement.execute(some.stream()
                        .map(table -> "ONLY " + table.quoted())
                        .collect(Collectors.joining(", ", "LOCK TABLE ", " IN ACCESS SHARE MODE")));
            }
        }
    }

    private static String importAndExport(Connection keeper, String exported) throws SQLException {
        begin(keeper, exported);
        try (Statement statement = keeper.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
            row.next();
            return row.getString(1);
        }
    }

    /** Begins a transaction that sees this snapshot. */
    public void join(Connection connection) throws SQLException {
        begin(connection, name);
    }

    private static void begin(Connection connection, String snapshot) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION SNAPSHOT '" + snapshot.replace("'", "''") + "'");
        }
    }

    /** Gives the point in the log that the snapshot stands for. */
    public Lsn consistentPoint() {
        return consistentPoint;
    }

    /** Ends the snapshot for those who have not joined it. */
    @Override
    public void close() throws SQLException {
        keeper.close();
    }
}
