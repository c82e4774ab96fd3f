package dev.godwit.replication.stream;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.SocketActivity;
import dev.godwit.replication.pgoutput.PgOutputDecoder;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that owns the socket: reads, decodes, queues, reports.
 *
 * <p>It reads without blocking, because a read that blocks keeps feedback from being sent, and a time limit on it could end
 * it in the middle of a message. The driver's check for data waits up to a millisecond; after a while without any, the
 * thread also parks for a few.
 */
final class StreamReader implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(StreamReader.class);

    private static final long CONFIRM_INTERVAL_NANOS = Duration.ofMillis(100).toNanos();
    /** How often an idle stream asks for a position; also finds out about a connection that is gone. */
    private static final long IDLE_STATUS_NANOS = Duration.ofSeconds(1).toNanos();

    private static final long IDLE_AFTER_NANOS = Duration.ofMillis(100).toNanos();
    private static final long IDLE_PARK_NANOS = Duration.ofMillis(4).toNanos();

    private final Connection connection;
    private final PGReplicationStream stream;
    private final EventQueue queue;
    private final long statusIntervalNanos;
    private final Patience patience;

    private final AtomicLong confirmed;
    private volatile boolean keepaliveRequested;
    private volatile boolean stopped;
    private volatile Lsn received;

    private Lsn sent;
    private Lsn delivered;
    private boolean inTransaction;
    private long lastStatus = System.nanoTime();
    private long lastData = lastStatus;
    /** Since when everything that comes is read at once. */
    private long listening = lastStatus;

    /**
     * How often to report, and for how long not to hear anything.
     *
     * @param statusInterval how often a status is sent at least
     * @param silence how long the server may send nothing although it is asked
     * @param activity when it was last heard of; null if that is not known
     */
    record Patience(
            Duration statusInterval,
            Duration silence,
            @Nullable SocketActivity activity) {}

    StreamReader(Connection connection, PGReplicationStream stream, EventQueue queue, Lsn start, Patience patience) {
        this.connection = connection;
        this.stream = stream;
        this.queue = queue;
        statusIntervalNanos = patience.statusInterval().toNanos();
        this.patience = patience;
        confirmed = new AtomicLong(start.value());
        received = start;
        sent = start;
        delivered = start;
    }

    void confirm(Lsn durable) {
        confirmed.accumulateAndGet(durable.value(), (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b);
    }

    void requestKeepalive() {
        keepaliveRequested = true;
    }

    void stop() {
        stopped = true;
    }

    Lsn received() {
        return received;
    }

    @Override
    public void run() {
        SocketActivity activity = patience.activity();
        if (activity == null) {
            read();
            return;
        }
        activity.gather(this::handOverBeforeReading);
        try {
            read();
        } finally {
            activity.gather(null);
        }
    }

    private void read() {
        try (connection) {
            while (!stopped) {
                ByteBuffer frame = stream.readPending();
                if (frame == null) {
                    idle();
                } else {
                    data(frame);
                }
                feedback(frame == null);
            }
            queue.end(new SQLException("the stream was closed", "08003"));
            report();
        } catch (InterruptedException e) {
            queue.end(e);
        } catch (SQLException | RuntimeException | Error e) {
            queue.end(e);
            if (stopped) {
                logCloseFailure(e);
            }
        }
    }

    void logCloseFailure(Throwable e) {
        LOG.debug("closing the replication stream: {}", e.toString());
    }

    private void data(ByteBuffer frame) throws InterruptedException, SQLException {
        lastData = System.nanoTime();
        Lsn at = new Lsn(stream.getLastReceiveLSN().asLong());
        int size = frame.remaining();
        PgOutputMessage message = PgOutputDecoder.decode(frame, at);
        if (message instanceof PgOutputMessage.Begin) {
            inTransaction = true;
        } else if (message instanceof PgOutputMessage.Commit commit) {
            inTransaction = false;
            advance(commit.endLsn());
        }
        enqueue(new StreamEvent.Message(message, at, size));
    }

    private void advance(Lsn position) {
        delivered = position;
        received = Lsn.max(received, position);
    }

    private void enqueue(StreamEvent event) throws InterruptedException, SQLException {
        queue.gather(event);
        if (patience.activity() == null || queue.isGathered()) {
            handOver();
        }
    }

    /** Waits for room in the queue, sending feedback meanwhile. */
    private void handOver() throws InterruptedException, SQLException {
        while (!stopped && !queue.add(queue.maxWaitNanos())) {
            feedback(false);
            listening = System.nanoTime();
        }
    }

    /** Nothing that has arrived is kept back while more is waited for. */
    private void handOverBeforeReading() {
        try {
            queue.add(0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void idle() throws InterruptedException, SQLException {
        if (!inTransaction) {
            Lsn position = new Lsn(stream.getLastReceiveLSN().asLong());
            if (position.isAfter(delivered)) {
                advance(position);
                queue.gather(new StreamEvent.Position(position));
            }
        }
        handOver();
        if (!keepaliveRequested && System.nanoTime() - lastData > IDLE_AFTER_NANOS) {
            LockSupport.parkNanos(this, IDLE_PARK_NANOS);
        }
    }

    private void feedback(boolean idle) throws SQLException {
        long sinceLast = System.nanoTime() - lastStatus;
        boolean news = new Lsn(confirmed.get()).isAfter(sent) && sinceLast > CONFIRM_INTERVAL_NANOS;
        boolean due = sinceLast > (idle ? Math.min(IDLE_STATUS_NANOS, statusIntervalNanos) : statusIntervalNanos);
        if (keepaliveRequested || news || due) {
            requireLife();
            if (keepaliveRequested) {
                keepaliveRequested = false;
                lastData = System.nanoTime();
            }
            report();
        }
    }

    /** Each status so far has asked for an answer; while nothing is read, there may be one that is not known of. */
    private void requireLife() throws SilentSourceException {
        SocketActivity activity = patience.activity();
        long limit = patience.silence().toNanos();
        if (activity != null && activity.silentNanos() > limit && System.nanoTime() - listening > limit) {
            throw new SilentSourceException(patience.silence());
        }
    }

    /** Sends a status, which also asks for a keepalive. */
    private void report() throws SQLException {
        sent = new Lsn(confirmed.get());
        LogSequenceNumber position = LogSequenceNumber.valueOf(sent.value());
        stream.setFlushedLSN(position);
        stream.setAppliedLSN(position);
        stream.forceUpdateStatus();
        lastStatus = System.nanoTime();
    }
}
