package dev.godwit.cutover;

import dev.godwit.schema.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * One attempt to lock all tables: the lock statement waits on a thread of its own, and the calling thread watches whom it
 * waits for.
 */
final class LockAttempt {
    private static final Duration WATCH_EVERY = Duration.ofMillis(10);
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String QUERY_CANCELED = "57014";
    private static final String DEADLOCK_DETECTED = "40P01";

    /** Sessions for which the fence waits, however indirectly, and which wait for the fence themselves. */
    private static final String DEADLOCKED = """
            WITH RECURSIVE chain (pid) AS (
                SELECT unnest(pg_blocking_pids(?))
                UNION
                SELECT b.pid FROM chain, unnest(pg_blocking_pids(chain.pid)) AS b (pid) WHERE chain.pid <> ?)
            SELECT pid FROM chain WHERE pid <> ? AND ? = ANY (pg_blocking_pids(pid))
            """;

    private static final String WAITED_FOR = """
            SELECT n.nspname, c.relname
              FROM pg_catalog.pg_locks l
              JOIN pg_catalog.pg_class c ON c.oid = l.relation
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE l.pid = ? AND NOT l.granted
            """;

    private static final String BLOCKERS = """
            SELECT b.pid, a.usename, a.application_name, a.state,
                   extract(epoch FROM clock_timestamp() - a.xact_start)::bigint AS seconds
              FROM unnest(pg_blocking_pids(?)) AS b (pid)
              LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
            """;

    enum Outcome {
        /** All tables are locked, in the transaction that the holder has open. */
        LOCKED,
        /** A writer waits for the fence while the fence waits for it; the locks were given back. */
        YIELDED,
        /** Time ran out; the locks were given back. */
        TIMED_OUT
    }

    private final String migration;
    private final Connection control;
    private final Connection holder;
    private final List<TableName> order;
    private final int holderPid;

    @Nullable
    private TableName waitedFor;

    private String blockers = "nobody that can be seen";

    LockAttempt(String migration, Connection control, Connection holder, List<TableName> order) throws SQLException {
        this.migration = migration;
        this.control = control;
        this.holder = holder;
        this.order = order;
        this.holderPid = holder.unwrap(PGConnection.class).getBackendPID();
    }

    /**
     * Locks, or gives everything back.
     *
     * @param limit how long to wait for locks
     * @param cancelDeadlocked whether a writer that waits for the fence is cancelled; else the fence gives way
     */
    Outcome run(Duration limit, boolean cancelDeadlocked) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        CompletableFuture<@Nullable SQLException> lock = new CompletableFuture<>();
        Thread waiter = new Thread(() -> lock.complete(lockTables(limit)), "godwit-" + migration + "-fence");
        waiter.setDaemon(true);
        waiter.start();
        boolean yielded = false;
        try {
            while (!done(lock)) {
                noteBlockers();
                if (System.nanoTime() - deadline > 0) {
                    cancel(holderPid);
                } else if (deadlocked(cancelDeadlocked) && !cancelDeadlocked) {
                    yielded = true;
                    cancel(holderPid);
                }
            }
            waiter.join();
        } catch (InterruptedException | SQLException | RuntimeException e) {
            holder.abort(Runnable::run);
            throw e;
        }
        return outcome(lock.join(), yielded);
    }

    private Outcome outcome(@Nullable SQLException failure, boolean yielded) throws SQLException {
        if (failure == null) {
            return Outcome.LOCKED;
        }
        holder.rollback();
        if (DEADLOCK_DETECTED.equals(failure.getSQLState())) {
            return Outcome.YIELDED;
        }
        if (LOCK_NOT_AVAILABLE.equals(failure.getSQLState()) || QUERY_CANCELED.equals(failure.getSQLState())) {
            return yielded ? Outcome.YIELDED : Outcome.TIMED_OUT;
        }
        throw failure;
    }

    private @Nullable SQLException lockTables(Duration limit) {
        try (Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute(order.stream()
                    .map(table -> "ONLY " + table.quoted())
                    .collect(Collectors.joining(
                            ", ",
                            "SET LOCAL lock_timeout = " + limit.toMillis() + "; LOCK TABLE ",
                            " IN SHARE ROW EXCLUSIVE MODE")));
            return null;
        } catch (SQLException e) {
            return e;
        }
    }

    private static boolean done(CompletableFuture<@Nullable SQLException> lock) throws InterruptedException {
        try {
            lock.get(WATCH_EVERY.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("the lock statement's thread failed", e.getCause());
        }
    }

    /** Tells whether somebody waits for the fence while the fence waits for him; cancels his statement if asked to. */
    private boolean deadlocked(boolean cancelThem) throws SQLException {
        boolean any = false;
        try (PreparedStatement statement = control.prepareStatement(DEADLOCKED)) {
            for (int i = 1; i <= 4; i++) {
                statement.setInt(i, holderPid);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    any = true;
                    if (cancelThem) {
                        cancel(rows.getInt(1));
                    }
                }
            }
        }
        return any;
    }

    private void cancel(int pid) throws SQLException {
        try (PreparedStatement statement = control.prepareStatement("SELECT pg_cancel_backend(?)")) {
            statement.setInt(1, pid);
            statement.execute();
        }
    }

    private void noteBlockers() throws SQLException {
        try (PreparedStatement statement = control.prepareStatement(WAITED_FOR)) {
            statement.setInt(1, holderPid);
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next()) {
                    waitedFor = new TableName(rows.getString(1), rows.getString(2));
                }
            }
        }
        try (PreparedStatement statement = control.prepareStatement(BLOCKERS)) {
            statement.setInt(1, holderPid);
            try (ResultSet rows = statement.executeQuery()) {
                StringBuilder seen = new StringBuilder();
                while (rows.next()) {
                    seen.append(seen.isEmpty() ? "" : ", ").append(describe(rows));
                }
                if (!seen.isEmpty()) {
                    blockers = seen.toString();
                }
            }
        }
    }

    private static String describe(ResultSet row) throws SQLException {
        if (row.getInt(1) == 0) {
            return "a prepared transaction (see pg_prepared_xacts)";
        }
        return "session " + row.getInt(1) + " of role " + row.getString(2) + " ('" + row.getString(3) + "', "
                + row.getString(4) + ", in its transaction for " + row.getLong(5) + " s)";
    }

    /** Gives the table at which the attempt last waited. */
    Optional<TableName> waitedFor() {
        return Optional.ofNullable(waitedFor);
    }

    /** Describes the sessions that stood in the way last. */
    String blockers() {
        return blockers;
    }
}
