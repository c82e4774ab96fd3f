package dev.godwit.cutover;

import dev.godwit.result.Finding;
import dev.godwit.result.FindingCode;
import dev.godwit.schema.TableName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Table locks, taken in short attempts whose order follows what the writers do. */
final class LockTablesFence implements WriteFence {
    private static final Logger LOG = LoggerFactory.getLogger(LockTablesFence.class);
    /** How long one attempt may hold up writers. */
    private static final Duration ATTEMPT = Duration.ofMillis(300);
    /** How long writers run freely after an attempt that met a long transaction. */
    private static final Duration RELIEF = Duration.ofMillis(500);
    /** How often the fence gives way to a writer that waits for it before it cancels the writer's statement. */
    private static final int YIELDS = 3;

    private static final String MISSING_TABLE_RIGHTS = """
            SELECT format('%I.%I', n.nspname, c.relname), quote_ident(current_user)
              FROM unnest(?::text[], ?::text[]) AS wanted (schema_name, table_name)
              JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema_name
              JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.table_name
             WHERE NOT has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')
             ORDER BY 1
            """;

    private static final String END_HOLDERS = """
            SELECT pg_terminate_backend(a.pid)
              FROM pg_catalog.pg_stat_activity a
             WHERE a.datname = current_database()
               AND a.pid IN (
                   SELECT l.pid
                     FROM unnest(?::text[], ?::text[]) AS fenced (schema_name, table_name)
                     JOIN pg_catalog.pg_namespace n ON n.nspname = fenced.schema_name
                     JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = fenced.table_name
                     JOIN pg_catalog.pg_locks l ON l.relation = c.oid AND l.mode = 'ShareRowExclusiveLock')
               AND a.application_name = left(?, 63)
               AND a.pid <> pg_backend_pid()
            """;

    @Override
    public List<Finding> check(FenceContext context) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        try (Connection connection = context.source().open()) {
            findings.addAll(SealRights.check(connection));
            findings.addAll(LargeObjectLock.check(connection));
            try (PreparedStatement statement = connection.prepareStatement(MISSING_TABLE_RIGHTS)) {
                statement.setArray(1, textArray(connection, context.tables(), true));
                statement.setArray(2, textArray(connection, context.tables(), false));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        findings.add(Finding.of(
                                FindingCode.FENCE_LOCK,
                                rows.getString(1),
                                "the source's role may not lock table " + rows.getString(1)
                                        + " against writes, as the cutover's fence does",
                                "UPDATE, DELETE or TRUNCATE on the table",
                                "GRANT UPDATE ON " + rows.getString(1) + " TO " + rows.getString(2)));
                    }
                }
            }
        }
        return findings;
    }

    private static Array textArray(Connection connection, List<TableName> tables, boolean schemas) throws SQLException {
        return connection.createArrayOf(
                "text",
                tables.stream().map(t -> schemas ? t.schema() : t.name()).toArray());
    }

    @Override
    public RaisedFence raise(FenceContext context) throws Exception {
        Connection control = context.source().open();
        Connection holder = null;
        try {
            holder = context.source().open();
            SealRights.require(control);
            ClosingSession.begin(control, context.migration());
            List<TableName> largeObjects = LargeObjectLock.tables(control);
            List<TableName> order = new ArrayList<>(context.tables());
            order.addAll(largeObjects);
            long pausedSince = lockAll(context, order, control, holder);
            return new LockedTables(new SourceSeal(context), control, holder, !largeObjects.isEmpty(), pausedSince);
        } catch (Exception | Error e) {
            closeQuietly(holder, e);
            closeQuietly(control, e);
            throw e;
        }
    }

    /** Tries until all tables are locked; gives the start of the attempt that succeeded. */
    private static long lockAll(FenceContext context, List<TableName> order, Connection control, Connection holder)
            throws Exception {
        Duration limit = shorter(ATTEMPT, context.hold());
        int yields = 0;
        while (true) {
            long started = System.nanoTime();
            LockAttempt attempt = new LockAttempt(context.migration(), control, holder, order);
            LockAttempt.Outcome outcome = attempt.run(limit, yields >= YIELDS);
            if (outcome == LockAttempt.Outcome.LOCKED) {
                return started;
            }
            Duration left = context.deadline().left();
            if (outcome == LockAttempt.Outcome.YIELDED) {
                yields++;
                attempt.waitedFor().ifPresent(table -> moveToFront(order, table));
                pause(shorter(Duration.ofMillis(10 + ThreadLocalRandom.current().nextInt(20)), left));
            } else {
                pause(shorter(RELIEF, left));
            }
            if (context.deadline().isPast()) {
                throw new IllegalStateException("the tables could not be locked against writes in time; in the way: "
                        + attempt.blockers() + ". End these sessions or wait for them, then cut over again");
            }
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The writers came to this table before those that the fence held already: next time it is locked first. */
    private static void moveToFront(List<TableName> order, TableName table) {
        if (order.remove(table)) {
            order.add(0, table);
        }
    }

    /** Lets the writers run between two attempts; nothing is waited for but time. */
    private static void pause(Duration duration) throws InterruptedException {
        LockSupport.parkNanos(duration.toNanos());
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while raising the write fence");
        }
    }

    private static void closeQuietly(@Nullable Connection connection, Throwable primary) {
        if (connection == null) {
            return;
        }
        try {
            connection.close();
        } catch (SQLException e) {
            primary.addSuppressed(e);
        }
    }

    @Override
    public void reopen(FenceContext context) throws SQLException {
        SourceSeal.reopen(context);
        try (Connection connection = context.source().open()) {
            endHolders(connection, context);
        }
    }

    /** The server may not have noticed yet that a process is gone, and holds its locks until it does. */
    private static void endHolders(Connection connection, FenceContext context) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(END_HOLDERS)) {
            statement.setArray(1, textArray(connection, context.tables(), true));
            statement.setArray(2, textArray(connection, context.tables(), false));
            statement.setString(3, "godwit-" + context.migration());
            statement.execute();
        }
    }

    @Override
    public void reclose(FenceContext context) throws SQLException {
        SourceSeal.reclose(context);
    }

    /** All tables locked by one transaction of {@code holder}. */
    private static final class LockedTables implements ClosingFence {
        private final SourceSeal seal;
        private final Connection control;
        private final Connection holder;
        private final boolean largeObjects;
        private final long pausedSinceNanos;
        private boolean sealed;

        LockedTables(
                SourceSeal seal, Connection control, Connection holder, boolean largeObjects, long pausedSinceNanos) {
            this.seal = seal;
            this.control = control;
            this.holder = holder;
            this.largeObjects = largeObjects;
            this.pausedSinceNanos = pausedSinceNanos;
        }

        @Override
        public long pausedSinceNanos() {
            return pausedSinceNanos;
        }

        @Override
        public void beginSeal(Deadline deadline) throws SQLException {
            sealed = true;
            seal.shut(control, deadline.left());
        }

        @Override
        public void seal(Deadline deadline) throws SQLException {
            sealed = true;
            seal.close(control, List.of(holder), deadline.left());
        }

        @Override
        public void rehearseSeal(Deadline deadline) throws SQLException {
            SourceSeal.tryOut(control, deadline.left());
        }

        @Override
        public void requireSealed(Deadline deadline) throws SQLException {
            SourceSeal.requireClosed(control, deadline.left());
        }

        @Override
        public void open() throws SQLException {
            if (sealed) {
                seal.open(control);
                sealed = false;
            }
        }

        @Override
        public void lift() throws SQLException {
            open();
            holder.rollback();
        }

        @Override
        public void close() {
            try (control;
                    holder) {
                if (sealed && largeObjects) {
                    LargeObjectLock.endWaiting(control, holder);
                }
                holder.rollback();
            } catch (SQLException e) {
                // The locks end with the sessions; who waited for them may write large objects that stay behind.
                if (sealed && largeObjects) {
                    LOG.warn("ending who waits to write large objects on the source: {}", e.getMessage());
                } else {
                    LOG.debug("closing the fence's sessions: {}", e.getMessage());
                }
            }
        }
    }
}
