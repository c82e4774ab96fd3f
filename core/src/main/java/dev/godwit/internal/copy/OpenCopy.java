package dev.godwit.internal.copy;

import dev.godwit.replication.WithoutValues;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOperation;
import org.postgresql.copy.CopyOut;

/**
 * A COPY under way. Closing it ends one that has not come to its end: as long as it is open the driver lets everybody wait for ever who
 * uses the session, and if it is cancelled by the driver, rows that are still to come are taken for the answer to the next statement.
 *
 * <p>After that the session's transaction has failed, and can be rolled back, also to a savepoint. A session whose server does not end the
 * COPY in time is closed. Used by one thread.
 *
 * @param <T> which way the rows go
 */
final class OpenCopy<T extends CopyOperation> implements AutoCloseable {
    /** What is left of the rows is what buffers hold; a server that takes longer for that cannot be waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Connection connection;
    private final T operation;

    private OpenCopy(Connection connection, T operation) {
        this.connection = connection;
        this.operation = operation;
    }

    static OpenCopy<CopyOut> out(Connection source, String sql) throws SQLException {
        return new OpenCopy<>(
                source, source.unwrap(PGConnection.class).getCopyAPI().copyOut(sql));
    }

    static OpenCopy<CopyIn> in(Connection target, String sql) throws SQLException {
        return new OpenCopy<>(
                target, target.unwrap(PGConnection.class).getCopyAPI().copyIn(sql));
    }

    T operation() {
        return operation;
    }

    @Override
    public void close() throws SQLException {
        if (!operation.isActive()) {
            return;
        }
        boolean ended = false;
        try {
            int timeout = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(PATIENCE.toMillis()));
            end();
            connection.setNetworkTimeout(Runnable::run, timeout);
            ended = true;
        } catch (SQLException e) {
            throw WithoutValues.of(e);
        } finally {
            if (!ended) {
                connection.abort(Runnable::run);
            }
        }
    }

    private void end() throws SQLException {
        if (!(operation instanceof CopyOut out)) {
            operation.cancelCopy();
            return;
        }
        // CopyOut.cancelCopy would leave the rest unread.
        connection.unwrap(PGConnection.class).cancelQuery();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (out.readFromCopy() != null) {
                if (System.nanoTime() - deadline > 0) {
                    throw new SQLException(
                            "the server goes on with a COPY " + PATIENCE + " after it was asked to cancel it", "57014");
                }
            }
        } catch (SQLException e) {
            if (out.isActive()) {
                throw e;
            }
            // The server's answer to the cancellation, or the error that came before it.
        }
    }
}
