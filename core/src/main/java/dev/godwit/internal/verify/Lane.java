package dev.godwit.internal.verify;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session on either side, both at work on the same part at the same time: the source's in the thread that uses the lane, the target's in
 * one of the lane's own. Used by one thread at a time; any other may {@link #abandon} it.
 */
final class Lane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final Map<Side, Connection> connections = new EnumMap<>(Side.class);
    private final Map<Side, Statement> running = new EnumMap<>(Side.class);
    private final ExecutorService other;
    private boolean abandoned;

    private Lane(String name) {
        other = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Something that is done on one side. */
    interface Work<T> {
        T on(Side side) throws SQLException, InterruptedException;
    }

    /** What came of it on either side. */
    record Both<T>(T source, T target) {}

    static Lane open(SnapshotPair pair, String name) throws SQLException {
        Lane lane = new Lane(name);
        try {
            lane.add(Side.SOURCE, pair.openSource());
            lane.add(Side.TARGET, pair.openTarget());
            return lane;
        } catch (SQLException | RuntimeException e) {
            lane.close();
            throw e;
        }
    }

    private void add(Side side, Connection connection) throws SQLException {
        synchronized (this) {
            connections.put(side, connection);
        }
        try (Statement statement = connection.createStatement()) {
            // The number of workers is the user's choice.
            statement.execute("SET LOCAL max_parallel_workers_per_gather = 0");
        }
    }

    synchronized Connection connection(Side side) {
        Connection connection = connections.get(side);
        if (connection == null) {
            throw new IllegalStateException("no session on the " + side);
        }
        return connection;
    }

    /** Prepares a statement that {@link #abandon} cancels. */
    PreparedStatement prepare(Side side, String sql) throws SQLException {
        PreparedStatement statement = connection(side).prepareStatement(sql);
        // A plan is made for the values at hand: ranges differ in size.
        statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        synchronized (this) {
            if (abandoned) {
                statement.close();
                throw new SQLException("the verification was ended", "57014");
            }
            running.put(side, statement);
        }
        return statement;
    }

    /** Does the same on both sides at once. */
    <T> Both<T> both(Work<T> work) throws SQLException, InterruptedException {
        Future<T> target = other.submit(() -> work.on(Side.TARGET));
        T source;
        try {
            source = work.on(Side.SOURCE);
        } catch (SQLException | InterruptedException | RuntimeException e) {
            // What the other one fails with, now that the first has, is of no interest.
            cancel(Side.TARGET);
            throw e;
        }
        try {
            return new Both<>(source, target.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            if (e.getCause() instanceof InterruptedException cause) {
                throw cause;
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private void cancel(Side side) {
        Statement statement;
        synchronized (this) {
            statement = running.get(side);
        }
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                LOG.debug("cancelling a query on the {}: {}", side, e.getMessage());
            }
        }
    }

    /** Cancels what the servers do for it, and cuts its sessions off. May be called by any thread. */
    void abandon() {
        synchronized (this) {
            abandoned = true;
        }
        for (Side side : Side.values()) {
            cancel(side);
            end(side, connection -> connection.abort(Runnable::run));
        }
        other.shutdownNow();
    }

    @Override
    public void close() {
        for (Side side : Side.values()) {
            end(side, Connection::close);
        }
        other.shutdownNow();
    }

    private interface Ending {
        void end(Connection connection) throws SQLException;
    }

    private void end(Side side, Ending ending) {
        @Nullable Connection connection;
        synchronized (this) {
            connection = connections.get(side);
        }
        if (connection != null) {
            try {
                ending.end(connection);
            } catch (SQLException e) {
                LOG.debug("ending a session on the {}: {}", side, e.getMessage());
            }
        }
    }
}
