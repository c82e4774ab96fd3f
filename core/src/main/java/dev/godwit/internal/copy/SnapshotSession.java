package dev.godwit.internal.copy;

import dev.godwit.replication.ExportedSnapshot;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.UnfinishedCommits;
import dev.godwit.replication.WithoutValues;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A snapshot of the source that matches an LSN exactly, kept by a session that holds little else.
 *
 * <p>The order is what makes it exact: the session locks the tables (ACCESS SHARE, without an xid and without a snapshot yet)
 * before the slot is created, so that no rewrite can slip in between and leave a table that looks empty to the snapshot; then
 * it imports the slot's snapshot and exports it again, so that the copy does not hang on the replication connection.
 *
 * <p>It asks for no lock after that: a TRUNCATE or DDL that waits for its locks would stand before it in the queue. For the
 * same reason a table for which somebody waits can only be copied by this session; see {@link #copyBy}.
 *
 * <p>Created and closed by one thread; in between any thread may use it.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-replication.html">CREATE_REPLICATION_SLOT</a>
 */
public final class SnapshotSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSession.class);
    private static final Duration SLOT_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration COMMIT_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);
    /** How long writers run freely before a creation that was in their way is tried again. */
    private static final Duration RELIEF = Duration.ofMillis(300);
    /** A single statement must stay below the server's limit on a query's size and the parser's patience. */
    private static final int TABLES_PER_STATEMENT = 1_000;

    /** As servers of different versions say it. */
    private static final Set<String> NO_SUCH_SNAPSHOT = Set.of("22023", "42704");

    private final Connection keeper;
    private final Lsn consistentPoint;
    private final KeptSnapshot snapshot;
    private final ReentrantLock keeperUse = new ReentrantLock();

    private SnapshotSession(Connection keeper, Lsn consistentPoint, KeptSnapshot snapshot) {
        this.keeper = keeper;
        this.consistentPoint = consistentPoint;
        this.snapshot = snapshot;
    }

    /**
     * A slot to be made, and what it may cost.
     *
     * @param slot its name
     * @param temporary whether it ends with the session that creates it
     * @param locks how long to wait for the tables' locks
     * @param creation how long to wait for the slot
     * @param commits how long to wait for commits that are not finished
     */
    private record NewSlot(String slot, boolean temporary, Duration locks, Duration creation, Duration commits) {}

    /** Something that copies over a connection to the source. */
    interface Copying<T> {
        T copy(Connection source) throws SQLException, InterruptedException;
    }

    /** Creates a slot and the snapshot at its consistent point. */
    public static SnapshotSession create(
            ServerConnections source, String slot, boolean temporary, List<TableName> tables) throws SQLException {
        NewSlot wanted = new NewSlot(slot, temporary, LOCK_TIMEOUT, SLOT_TIMEOUT, COMMIT_TIMEOUT);
        long deadline = System.nanoTime() + SLOT_TIMEOUT.toNanos();
        for (int attempt = 1; ; attempt++) {
            Optional<SnapshotSession> created = tryToCreate(source, wanted, tables, () -> {});
            if (created.isPresent()) {
                return created.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new SQLException("slot " + slot + " could not be created within " + SLOT_TIMEOUT
                        + ": again and again a writing transaction waited for the tables' locks (TRUNCATE or DDL);"
                        + " stop that for a moment, then resume");
            }
            if (attempt == 1) {
                LOG.warn(
                        "slot {}: a transaction that the slot has to wait for waits for the tables' locks (TRUNCATE or DDL);"
                                + " letting it pass and trying again, for {} at most",
                        slot,
                        SLOT_TIMEOUT);
            }
            LockSupport.parkNanos(RELIEF.toNanos());
        }
    }

    /**
     * Tries once to create a snapshot at the consistent point of a temporary slot.
     *
     * @param limit how long the tables' locks, the slot, and commits that are not finished may each take
     * @param beforeSlot what is to be done once the tables are locked, before the slot's point can be known
     * @return empty if a writer stood in the way that waited for the tables' locks, and was let pass
     * @throws ReplicationException if the slot has waited for writers longer than that; names them
     */
    public static Optional<SnapshotSession> attempt(
            ServerConnections source, String slot, List<TableName> tables, Duration limit, Runnable beforeSlot)
            throws SQLException {
        return tryToCreate(source, new NewSlot(slot, true, limit, limit, limit), tables, beforeSlot);
    }

    /** Empty if a writer stood in the way, and was let pass. */
    private static Optional<SnapshotSession> tryToCreate(
            ServerConnections source, NewSlot wanted, List<TableName> tables, Runnable beforeSlot) throws SQLException {
        Connection keeper = source.open();
        boolean kept = false;
        try (Connection replication = source.openReplication()) {
            begin(keeper);
            lock(keeper, tables, wanted.locks());
            beforeSlot.run();
            Optional<ExportedSnapshot> exported = createSlot(source, keeper, replication, wanted);
            if (exported.isEmpty()) {
                return Optional.empty();
            }
            importSnapshot(keeper, exported.get().snapshotName());
            try (Connection other = source.open()) {
                UnfinishedCommits.await(UnfinishedCommits.snapshot(keeper), other, wanted.commits());
            }
            SnapshotSession session =
                    new SnapshotSession(keeper, exported.get().consistentPoint(), KeptSnapshot.export(keeper));
            kept = true;
            return Optional.of(session);
        } finally {
            if (!kept) {
                keeper.close();
            }
        }
    }

    private static Optional<ExportedSnapshot> createSlot(
            ServerConnections source, Connection keeper, Connection replication, NewSlot wanted) throws SQLException {
        try (SlotWatch watch = SlotWatch.start(source, pid(keeper), pid(replication))) {
            try {
                return Optional.of(
                        ReplicationSlots.create(replication, wanted.slot(), wanted.temporary(), wanted.creation()));
            } catch (SQLException | ReplicationException e) {
                if (watch.hasCancelled()) {
                    return Optional.empty();
                }
                throw e;
            }
        }
    }

    private static int pid(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    static void lock(Connection connection, List<TableName> tables, Duration limit) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = " + limit.toMillis());
            for (int from = 0; from < tables.size(); from += TABLES_PER_STATEMENT) {
                List<TableName> some = tables.subList(from, Math.min(tables.size(), from + TABLES_PER_STATEMENT));
                statement.execute(some.stream()
                        .map(table -> "ONLY " + table.quoted())
                        .collect(Collectors.joining(", ", "LOCK TABLE ", " IN ACCESS SHARE MODE")));
            }
        }
    }

    static String export(Connection keeper) throws SQLException {
        try (Statement statement = keeper.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
            row.next();
            return row.getString(1);
        }
    }

    /** Gives what other sessions import, as long as this one lives. */
    KeptSnapshot snapshot() {
        return snapshot;
    }

    /** Begins a transaction that sees this snapshot. */
    public void join(Connection connection) throws SQLException {
        join(connection, snapshot.name());
    }

    /** Begins a transaction that sees an exported snapshot. */
    static void join(Connection connection, String snapshot) throws SQLException {
        begin(connection);
        importSnapshot(connection, snapshot);
    }

    static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
    }

    private static void importSnapshot(Connection connection, String snapshot) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TRANSACTION SNAPSHOT '" + snapshot.replace("'", "''") + "'");
        } catch (SQLException e) {
            if (NO_SUCH_SNAPSHOT.contains(String.valueOf(e.getSQLState()))) {
                throw new SnapshotLostException(e);
            }
            throw e;
        }
    }

    /**
     * Copies over this session, one table at a time: it holds the lock already, so nobody who waits for the table stands
     * before it. A failure costs neither the snapshot nor the locks, as long as the session lives.
     *
     * @throws SnapshotLostException if its session has ended
     */
    <T> T copyBy(Copying<T> copying) throws SQLException, InterruptedException {
        keeperUse.lock();
        try {
            Savepoint before = savepoint();
            try {
                T result = copying.copy(keeper);
                keeper.releaseSavepoint(before);
                return result;
            } catch (SQLException | RuntimeException | InterruptedException e) {
                rollback(before, e);
                throw e;
            }
        } finally {
            keeperUse.unlock();
        }
    }

    private Savepoint savepoint() throws SQLException {
        try {
            return keeper.setSavepoint();
        } catch (SQLException e) {
            keeper.abort(Runnable::run);
            throw new SnapshotLostException(e);
        }
    }

    /** A session that does not obey any more is ended, so that the others learn of it. */
    private void rollback(Savepoint before, Exception failure) throws SQLException {
        try {
            keeper.rollback(before);
            keeper.releaseSavepoint(before);
        } catch (SQLException e) {
            failure.addSuppressed(WithoutValues.of(e));
            keeper.abort(Runnable::run);
        }
    }

    /**
     * Makes sure that the snapshot and the tables' locks have been held until now: without them a TRUNCATE or a rewrite would
     * have left tables that look empty.
     *
     * @throws SQLException if its session has ended
     */
    public void requireAlive() throws SQLException {
        keeperUse.lock();
        try {
            requireAlive(keeper);
        } finally {
            keeperUse.unlock();
        }
    }

    static void requireAlive(Connection keeper) throws SQLException {
        try (Statement statement = keeper.createStatement()) {
            statement.execute("SELECT 1");
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
