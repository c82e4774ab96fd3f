package dev.godwit.replication.stream;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.SocketActivity;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/**
 * Reads the changes of a publication out of a slot and delivers them decoded, in the server's order.
 *
 * <p>A thread of its own owns the socket: it reads ahead into a queue bounded in bytes, and goes on sending feedback while
 * the consumer is slow, so that the server never takes a busy consumer for a dead one. Only positions given to
 * {@link #confirm} are ever confirmed; the driver's automatic flush is off, because it confirms what was merely received.
 *
 * <p>Thread rule: one thread calls {@link #poll}; everything else may be called by any thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-logical-replication.html">PostgreSQL manual: logical
 *     streaming replication protocol</a>
 */
public final class ChangeStream implements AutoCloseable {

    private static final Duration LONGEST_STATUS_INTERVAL = Duration.ofSeconds(10);
    private static final int MOST_DECODING_KILOBYTES = Integer.MAX_VALUE;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /** Kept until the end: the driver closes a connection that nobody refers to, and the stream with it. */
    private final Connection connection;

    private final StreamReader reader;
    private final EventQueue queue;
    private final Thread thread;

    private ChangeStream(Connection connection, StreamReader reader, EventQueue queue, String threadName) {
        this.connection = connection;
        this.reader = reader;
        this.queue = queue;
        thread = new Thread(reader, threadName);
        thread.setDaemon(true);
    }

    /**
     * Starts streaming.
     *
     * @param source the server of the slot
     * @param options what to read
     * @return the stream, to be closed
     * @throws SQLException if the server refuses; with SQLSTATE 55006 while another session uses the slot
     */
    public static ChangeStream open(ServerConnections source, ChangeStreamOptions options) throws SQLException {
        Connection connection = source.openReplication();
        try {
            Duration statusInterval = statusInterval(connection);
            allowMemory(connection, options.decodingMemoryBytes() >> 10);
            PGReplicationStream stream = connection
                    .unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName(options.slot())
                    .withStartPosition(LogSequenceNumber.valueOf(options.start().value()))
                    .withSlotOption("proto_version", 1)
                    .withSlotOption(
                            "publication_names",
                            RelationName.quote(options.publication()).replace("'", "''"))
                    .withStatusInterval(Math.toIntExact(statusInterval.toMillis()), TimeUnit.MILLISECONDS)
                    .withAutomaticFlush(false)
                    .start();
            // Nothing is waited for but the rest of a message that has begun to arrive.
            connection.setNetworkTimeout(Runnable::run, (int)
                    Math.min(Integer.MAX_VALUE, options.silence().toMillis()));
            EventQueue queue = new EventQueue(options.queueBytes());
            StreamReader reader = new StreamReader(
                    connection,
                    stream,
                    queue,
                    options.start(),
                    new StreamReader.Patience(
                            statusInterval,
                            options.silence(),
                            SocketActivity.of(connection).orElse(null)));
            ChangeStream opened = new ChangeStream(connection, reader, queue, options.threadName());
            opened.thread.start();
            return opened;
        } catch (SQLException | RuntimeException e) {
            try {
                connection.close();
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /** A transaction that fits into memory is not written to disk and read again; servers before 13 have no such setting. */
    private static void allowMemory(Connection connection, long kilobytes) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            long own = 0;
            try (ResultSet row = statement.executeQuery("SELECT setting::bigint FROM pg_catalog.pg_settings"
                    + " WHERE name = 'logical_decoding_work_mem'")) {
                if (!row.next()) {
                    return;
                }
                own = row.getLong(1);
            }
            if (kilobytes > own) {
                statement.execute(
                        "SET logical_decoding_work_mem = '" + Math.min(kilobytes, MOST_DECODING_KILOBYTES) + "kB'");
            }
        }
    }

    private static Duration statusInterval(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT setting::bigint FROM pg_catalog.pg_settings WHERE name = 'wal_sender_timeout'")) {
            long timeoutMillis = row.next() ? row.getLong(1) : 0;
            if (timeoutMillis <= 0) {
                return LONGEST_STATUS_INTERVAL;
            }
            return Duration.ofMillis(Math.max(10, Math.min(LONGEST_STATUS_INTERVAL.toMillis(), timeoutMillis / 3)));
        }
    }

    /**
     * Takes the next event, waiting for it no longer than given.
     *
     * @param timeout how long to wait; zero to take only what is there
     * @return the event, or null if there was none in time
     * @throws StreamEndedException if the stream has ended and everything before was taken
     * @throws InterruptedException if the thread was interrupted
     * @throws dev.godwit.replication.pgoutput.ProtocolException if the server sent what cannot be decoded
     * @throws Error that ended the reading thread, such as an {@link OutOfMemoryError} by a row for which the heap is too small
     */
    public @Nullable StreamEvent poll(Duration timeout) throws StreamEndedException, InterruptedException {
        return poll(queue, timeout);
    }

    static @Nullable StreamEvent poll(EventQueue queue, Duration timeout)
            throws StreamEndedException, InterruptedException {
        try {
            return queue.poll(timeout.toNanos());
        } catch (EventQueue.EndedException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            if (cause instanceof Error failure) {
                throw failure;
            }
            if (cause instanceof SQLException failure) {
                throw new StreamEndedException(failure);
            }
            throw new StreamEndedException(new SQLException("the reading thread failed", "08006", cause));
        }
    }

    /**
     * Allows the server to forget everything before a position; sent with the next status, at the latest within a fraction
     * of a second.
     *
     * @param durable a position such that every commit before it is durable on the target, and known to be so after a crash
     */
    public void confirm(Lsn durable) {
        reader.confirm(durable);
    }

    /** Asks the server for a keepalive at once; its position is delivered if no transaction is being sent. */
    public void requestKeepalive() {
        reader.requestKeepalive();
        LockSupport.unpark(thread);
    }

    /**
     * Gives the latest position received.
     *
     * @return a commit's end or a keepalive's position
     */
    public Lsn received() {
        return reader.received();
    }

    /** Sends what was confirmed, ends the session and waits for the thread. */
    @Override
    public void close() {
        reader.stop();
        LockSupport.unpark(thread);
        boolean interrupted = false;
        try {
            thread.join(CLOSE_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (thread.isAlive()) {
            abort();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void abort() {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            reader.logCloseFailure(e);
        }
    }
}
