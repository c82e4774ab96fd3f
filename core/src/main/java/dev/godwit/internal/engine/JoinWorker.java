package dev.godwit.internal.engine;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.WalPosition;
import dev.godwit.replication.apply.Subscriber;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies tables that join, and follows their changes until they are close enough to be taken over: one attempt, on a thread of its
 * own, with sessions of its own. Safe for use by any thread.
 */
final class JoinWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JoinWorker.class);
    private static final Duration WAIT = Duration.ofSeconds(10);
    /** What is left to follow when the first stream is stopped is what it stands still for. */
    private static final Duration CLOSE_ENOUGH = Duration.ofMillis(500);

    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(30);

    /** How far an attempt is. */
    enum State {
        WORKING,
        /** The tables are followed closely. */
        READY,
        /** There is nothing to do any more. */
        NOTHING,
        FAILED
    }

    private final OwnConnections source;
    private final OwnConnections target;
    private final RunContext context;
    private final TableJoin join;
    private final Set<TableName> wanted;
    private final Thread thread;
    private State state = State.WORKING;
    private boolean closed;

    @Nullable
    private Exception failure;

    @Nullable
    private Subscriber subscriber;

    /**
     * Makes one.
     *
     * @param tables which may join: the migration's stream leaves them out
     */
    JoinWorker(RunContext run, Set<TableName> tables) {
        source = new OwnConnections(run.plan().source());
        target = new OwnConnections(run.plan().target());
        context = run.withConnections(source, target);
        join = new TableJoin(context);
        wanted = Set.copyOf(tables);
        thread = new Thread(this::run, "godwit-" + run.plan().name() + "-join");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            Set<TableName> tables = join.copy(wanted);
            if (tables.isEmpty()) {
                reach(State.NOTHING);
                return;
            }
            LOG.info("{}: following {} until they can join", context.plan().name(), tables);
            follow(begin(new Subscriber(ApplySession.options(context, join.stream(tables)))));
            reach(State.READY);
        } catch (InterruptedException e) {
            LOG.debug("{}: the joining of tables was broken off", context.plan().name());
        } catch (SQLException | RuntimeException e) {
            fail(e);
        } catch (Error e) {
            fail(new MigrationException(null, "the joining of tables failed unexpectedly: " + e, e));
            throw e;
        }
    }

    private void follow(Subscriber following) throws SQLException, InterruptedException {
        try (Connection open = context.plan().source().open()) {
            Duration took = WAIT;
            while (took.compareTo(CLOSE_ENOUGH) > 0) {
                long started = System.nanoTime();
                if (following.awaitApplied(WalPosition.flushedEnd(open), WAIT)) {
                    took = Duration.ofNanos(System.nanoTime() - started);
                }
            }
        }
    }

    private synchronized Subscriber begin(Subscriber begun) throws InterruptedException {
        if (closed) {
            throw new InterruptedException();
        }
        subscriber = begun;
        begun.start();
        return begun;
    }

    private synchronized void reach(State reached) {
        if (state == State.WORKING) {
            state = reached;
        }
    }

    private synchronized void fail(Exception cause) {
        state = State.FAILED;
        failure = cause;
    }

    /** Gives how far it is. */
    synchronized State state() {
        Subscriber following = subscriber;
        if (state == State.READY && following != null) {
            following.status().failure().ifPresent(this::fail);
        }
        return state;
    }

    /** Gives why it failed. */
    synchronized @Nullable Exception failure() {
        return failure;
    }

    /**
     * Hands the tables over to the first stream, which stands still at a position; see {@link TableJoin}.
     *
     * @return false if the second one did not come so far in time, or has failed; nothing is changed then
     */
    boolean handOver(Lsn position) throws SQLException, InterruptedException {
        Subscriber following;
        synchronized (this) {
            following = subscriber;
        }
        if (following == null) {
            throw new IllegalStateException("nothing is being followed");
        }
        try {
            if (!following.awaitApplied(position, WAIT)) {
                return false;
            }
        } catch (ReplicationException e) {
            fail(e);
            return false;
        }
        following.close();
        join.handOver(position);
        return true;
    }

    /** Breaks the attempt off, or ends it; what is recorded tells the next one where to go on. */
    @Override
    public void close() {
        Subscriber following;
        synchronized (this) {
            closed = true;
            following = subscriber;
        }
        boolean interrupted = Thread.interrupted();
        thread.interrupt();
        if (following != null) {
            following.close();
        }
        source.end();
        target.end();
        try {
            thread.join(JOIN_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
