package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of a writer. Transactions of a writer follow each other also where one is in doubt: the next one on the same database
 * begins when the session of that one is gone, and what it prepared has been ended.
 *
 * <p>Used by the writer's thread; {@link #abort} by any.
 */
final class WorkloadSession {
    private static final Logger LOG = LoggerFactory.getLogger(WorkloadSession.class);

    /** A database that the writers are sent to; the number tells how often they were switched before. */
    record Destination(DataSource database, int switches) {}

    /** A transaction that may be prepared there. */
    private record Pending(Destination destination, String name, boolean committing) {}

    /** A server's process, of which no other one was begun at the same microsecond. */
    private record Backend(Destination destination, int pid, long began) {}

    private final Supplier<Destination> wanted;
    private final List<Pending> pending = new ArrayList<>();
    private volatile @Nullable Connection connection;
    private @Nullable Destination connectedTo;
    private @Nullable Backend backend;
    private @Nullable Backend doubtful;

    WorkloadSession(Supplier<Destination> wanted) {
        this.wanted = wanted;
    }

    /** A connection to the database that is wanted now, without a transaction. */
    Connection connected() throws SQLException {
        Destination destination = wanted.get();
        Connection current = connection;
        if (current != null && destination.equals(connectedTo)) {
            return current;
        }
        disconnect();
        Connection fresh = destination.database().getConnection();
        connection = fresh;
        settle(fresh, destination);
        fresh.setAutoCommit(false);
        if (!wanted.get().equals(destination)) {
            throw new SQLException("The workload was switched while connecting");
        }
        connectedTo = destination;
        return fresh;
    }

    /** Of the database that {@link #connected} gave a connection to. */
    int switches() {
        Destination current = connectedTo;
        return current == null ? 0 : current.switches();
    }

    private void settle(Connection fresh, Destination destination) throws SQLException {
        Backend before = doubtful;
        if (before != null && before.destination().equals(destination) && isAlive(fresh, before)) {
            throw new SQLException("The session of a transaction in doubt has not ended yet");
        }
        doubtful = null;
        for (Pending each : List.copyOf(pending)) {
            if (each.destination().equals(destination)) {
                end(fresh, each.name(), each.committing());
                pending.remove(each);
            }
        }
        try (Statement statement = fresh.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT pid, (extract(epoch FROM backend_start) * 1000000)::bigint"
                                + " FROM pg_stat_activity WHERE pid = pg_backend_pid()")) {
            backend = row.next() ? new Backend(destination, row.getInt(1), row.getLong(2)) : null;
        }
    }

    /** Of another role's session the beginning is not shown. */
    private static boolean isAlive(Connection connection, Backend backend) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM pg_stat_activity WHERE pid = ? AND"
                + " coalesce((extract(epoch FROM backend_start) * 1000000)::bigint, ?) = ?")) {
            query.setInt(1, backend.pid());
            query.setLong(2, backend.began());
            query.setLong(3, backend.began());
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    /** First phase of the transaction that the connection is in. */
    void prepare(String name) throws SQLException {
        pending.add(new Pending(destination(), name, false));
        WorkloadWrites.update(open(), "PREPARE TRANSACTION '" + name + "'");
    }

    void commit() throws SQLException {
        doubtful = backend;
        if (pending.isEmpty()) {
            open().commit();
        } else {
            endPrepared(true);
        }
        doubtful = null;
    }

    void rollback() throws SQLException {
        if (pending.isEmpty()) {
            open().rollback();
        } else {
            endPrepared(false);
        }
    }

    private void endPrepared(boolean committing) throws SQLException {
        Pending last = pending.remove(pending.size() - 1);
        pending.add(new Pending(last.destination(), last.name(), committing));
        Connection current = open();
        current.setAutoCommit(true);
        WorkloadWrites.update(current, (committing ? "COMMIT" : "ROLLBACK") + " PREPARED '" + last.name() + "'");
        pending.remove(pending.size() - 1);
        current.setAutoCommit(false);
    }

    /** Ends a transaction if it is prepared. */
    private static void end(Connection connection, String name, boolean committing) throws SQLException {
        boolean prepared;
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT 1 FROM pg_prepared_xacts WHERE gid = ? AND database = current_database()")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                prepared = row.next();
            }
        }
        if (prepared) {
            WorkloadWrites.update(connection, (committing ? "COMMIT" : "ROLLBACK") + " PREPARED '" + name + "'");
        }
    }

    private Connection open() throws SQLException {
        Connection current = connection;
        if (current == null) {
            throw new SQLException("The writer has no connection");
        }
        return current;
    }

    private Destination destination() throws SQLException {
        Destination current = connectedTo;
        if (current == null) {
            throw new SQLException("The writer has no connection");
        }
        return current;
    }

    void disconnect() {
        Connection old = connection;
        connection = null;
        connectedTo = null;
        if (old != null) {
            try {
                old.close();
            } catch (SQLException e) {
                LOG.debug("A connection of the workload cannot be closed", e);
            }
        }
    }

    /** Disconnects for good, and takes back what may be left prepared. */
    void end() {
        disconnect();
        for (Pending each : pending) {
            try (Connection fresh = each.destination().database().getConnection()) {
                end(fresh, each.name(), false);
            } catch (SQLException e) {
                LOG.warn("The workload may have left the prepared transaction '{}'", each.name(), e);
            }
        }
        pending.clear();
    }

    /** Cuts the connection, whatever it is in the middle of. */
    void abort() {
        Connection old = connection;
        if (old != null) {
            try {
                old.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("A connection of the workload cannot be cut", e);
            }
        }
    }
}
