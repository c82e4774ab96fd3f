package dev.godwit.internal.status;

import dev.godwit.internal.plan.MigrationPlan;
import dev.godwit.internal.state.StateStore;
import dev.godwit.replication.Lsn;
import dev.godwit.result.MigrationException;
import dev.godwit.schema.TableName;
import dev.godwit.status.MigrationStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a run's {@link StatusBoard} up to date with what the source tells, and the target with what the board tells, on a thread of
 * its own with sessions of its own. What goes wrong here is tried again and never felt by the run. Methods may be called by any
 * thread.
 */
public final class StatusKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusKeeper.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration STORE_EVERY = Duration.ofSeconds(2);
    /** How long a run that ends waits for the last thing to be stored. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final Pattern SERVER = Pattern.compile("//([^/?]*)");

    private final String name;
    private final StatusBoard board;
    private final StatusStore store;
    private final SourceLook source;
    private final KeptSession target;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private boolean pressing;
    private boolean closed;

    private StatusKeeper(MigrationPlan plan, StatusStore store, String slot, StatusStore.Loaded loaded) {
        this.name = plan.name();
        this.store = store;
        this.board = new StatusBoard(loaded, Clock.systemUTC(), this::press);
        this.source = new SourceLook(new KeptSession(plan.source()), slot);
        this.target = new KeptSession(plan.target());
        this.thread = new Thread(this::run, "godwit-" + name + "-status");
        thread.setDaemon(true);
    }

    /** Begins to keep the status of a migration that this process owns. */
    public static StatusKeeper open(MigrationPlan plan, StateStore state) throws SQLException {
        StatusStore store = new StatusStore(plan.name(), state.ownership());
        try (Connection target = plan.target().open()) {
            store.begin(
                    target,
                    server(plan.source().toString()),
                    server(plan.target().toString()));
        }
        StatusKeeper keeper =
                new StatusKeeper(plan, store, state.record().slot(), StatusStore.load(plan.target(), plan.name()));
        keeper.thread.start();
        return keeper;
    }

    /** Host and port, as a connection's text form shows them. */
    static String server(String connections) {
        Matcher matcher = SERVER.matcher(connections);
        return matcher.find() ? matcher.group(1) : connections;
    }

    /** Gives what is told of the run, and asked. */
    public StatusBoard board() {
        return board;
    }

    private void press() {
        lock.lock();
        try {
            pressing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        long storedNanos = System.nanoTime();
        boolean going = true;
        while (going) {
            try {
                boolean due = awaitTurn() || System.nanoTime() - storedNanos >= STORE_EVERY.toNanos();
                if (board.isFollowing()) {
                    source.look(board);
                } else {
                    source.close();
                }
                going = !isClosed();
                if (due || !going) {
                    going &= store();
                    storedNanos = System.nanoTime();
                }
            } catch (InterruptedException e) {
                going = false;
            } catch (RuntimeException | Error e) {
                // Whatever it is, the run must not suffer from it; what was known stays to be read.
                LOG.warn("{}: the status is not kept any more", name, e);
                going = false;
            }
        }
        source.close();
        target.close();
    }

    /** Waits for the next look; tells whether something has happened that is to be stored at once. */
    private boolean awaitTurn() throws InterruptedException {
        lock.lock();
        try {
            long left = LOOK_EVERY.toNanos();
            while (!pressing && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            boolean pressed = pressing;
            pressing = false;
            return pressed;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** False if the migration is another process's by now. */
    private boolean store() {
        Map<TableName, TableProgress> tables = board.takeChanged();
        try {
            Connection session = target.get();
            if (!board.knowsTarget()) {
                session.setAutoCommit(true);
                Lsn applied = StatusStore.applied(session, name);
                if (applied != null) {
                    board.settledAt(applied);
                }
            }
            MigrationStatus now = board.summary();
            store.store(session, now, tables);
            return true;
        } catch (MigrationException e) {
            LOG.debug("{}: the status is not stored any more: {}", name, e.getMessage());
            return false;
        } catch (SQLException e) {
            LOG.debug("{}: the status could not be stored: {}", name, e.getMessage());
            board.storeAgain(tables.keySet());
            target.close();
            return true;
        }
    }

    /** Stores the last of it, and ends. Without effect the second time. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = Thread.interrupted();
        try {
            TimeUnit.NANOSECONDS.timedJoin(thread, GRACE.toNanos());
            if (thread.isAlive()) {
                source.abort();
                target.abort();
                TimeUnit.NANOSECONDS.timedJoin(thread, GRACE.toNanos());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        board.abandon();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
