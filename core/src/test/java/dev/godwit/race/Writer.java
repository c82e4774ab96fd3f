package dev.godwit.race;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One client that writes transactions of random sizes, and notes what it is told of each. Runs on a thread of its own. */
final class Writer implements Runnable {
    /** What becomes of a connection that is lost. */
    enum Kind {
        /** Connects to wherever traffic is. */
        FOLLOWER,
        /** As {@link #FOLLOWER}, and commits in two phases. */
        PREPARER,
        /** Connects again and again to the server that it began with. */
        LOYAL,
        /** Never connects again, and goes on trying on the connection that it has. */
        STUCK
    }

    private static final int TRANSACTIONS = 1_000_000;
    private static final int ROLLED_BACK_PERCENT = 12;
    private static final String UNDEFINED_OBJECT = "42704";

    private final Arena arena;
    private final int number;
    private final Kind kind;
    private final Random random;
    private int count;
    private int round = -1;

    @Nullable
    private Side home;

    @Nullable
    private Connection connection;

    Writer(Arena arena, int number, Kind kind, long seed) {
        this.arena = arena;
        this.number = number;
        this.kind = kind;
        this.random = new Random(seed * 1_000 + number);
    }

    @Override
    public void run() {
        try {
            while (arena.isWriting()) {
                try {
                    transact(connection());
                } catch (SQLException e) {
                    lose();
                }
                TimeUnit.MILLISECONDS.sleep(20 + random.nextInt(300));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lose();
            forget();
        }
    }

    private Connection connection() throws SQLException {
        boolean anew = arena.round() != round;
        if (anew) {
            forget();
            round = arena.round();
            home = arena.open();
        }
        Connection open = connection;
        if (open != null && (kind == Kind.STUCK || !open.isClosed())) {
            return open;
        }
        Side where = kind == Kind.LOYAL ? Objects.requireNonNull(home) : arena.open();
        Connection made = where.connect(number % 2 == 0 ? Side.CLERK : "postgres", "-c work_mem=1MB");
        made.setAutoCommit(false);
        home = where;
        connection = made;
        return made;
    }

    /** A transaction that cannot be ended, or a connection that is gone. */
    private void lose() {
        Connection open = connection;
        if (open == null) {
            return;
        }
        try {
            if (!open.isClosed()) {
                open.rollback();
            }
        } catch (SQLException e) {
            abort(open);
        }
        if (kind != Kind.STUCK && kind != Kind.LOYAL) {
            // Read-only is a server that was closed; who follows traffic connects anew.
            forget();
        }
    }

    private void forget() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            abort(open);
        }
    }

    private static void abort(Connection open) {
        try {
            open.abort(Runnable::run);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void transact(Connection open) throws SQLException {
        long tx = (long) number * TRANSACTIONS + ++count;
        boolean keep = random.nextInt(100) >= ROLLED_BACK_PERCENT;
        boolean commits = false;
        Draws draws = new Draws();
        int rows = 0;
        try {
            rows = write(open, tx, draws);
            if (!keep) {
                open.rollback();
                arena.journal().rolledBack(tx);
                draws.tell();
                return;
            }
            commits = true;
            if (kind == Kind.PREPARER) {
                commitInTwoPhases(open, tx, rows);
            } else {
                open.commit();
                arena.journal().acknowledged(tx, rows);
            }
            draws.tell();
        } catch (SQLException e) {
            if (!commits) {
                arena.journal().rolledBack(tx);
            } else if (kind != Kind.PREPARER) {
                arena.journal().unknown(tx, rows);
            }
            throw e;
        }
    }

    /** What sequences have given in a transaction; told when that has ended. */
    private final class Draws {
        private final List<Long> values = new ArrayList<>();

        void add(ResultSet rows) throws SQLException {
            while (rows.next()) {
                values.add(rows.getLong(1));
            }
        }

        void tell() {
            values.forEach(arena.journal()::drew);
        }
    }

    /** Gives how many rows are there to stay. */
    private int write(Connection open, long tx, Draws draws) throws SQLException {
        try (PreparedStatement counter = open.prepareStatement("UPDATE race.counter SET n = n + 1 WHERE writer = ?")) {
            counter.setInt(1, number);
            if (counter.executeUpdate() != 1) {
                throw new IllegalStateException("no counter of writer " + number);
            }
        }
        int rows = insert(open, tx, 0, size(), true, draws);
        if (random.nextInt(4) == 0) {
            Savepoint savepoint = open.setSavepoint();
            boolean kept = random.nextBoolean();
            int more = insert(open, tx, rows, size(), kept, draws);
            if (kept) {
                open.releaseSavepoint(savepoint);
                rows += more;
            } else {
                open.rollback(savepoint);
                rows += insert(open, tx, rows, 1, true, draws);
            }
        }
        if (random.nextInt(3) == 0) {
            try (Statement statement = open.createStatement();
                    ResultSet row = statement.executeQuery("SELECT nextval('race.ticket')")) {
                draws.add(row);
            }
        }
        return rows;
    }

    private int size() {
        int die = random.nextInt(100);
        if (die < 60) {
            return 1;
        }
        return die < 90 ? 2 + random.nextInt(10) : die < 99 ? 20 + random.nextInt(80) : 400;
    }

    private static int insert(Connection open, long tx, int from, int rows, boolean kept, Draws draws)
            throws SQLException {
        try (PreparedStatement statement = open.prepareStatement("INSERT INTO race.token (tx, n, kept)"
                + " SELECT ?, ? + i, ? FROM generate_series(1, ?) AS i RETURNING id")) {
            statement.setLong(1, tx);
            statement.setInt(2, from);
            statement.setBoolean(3, kept);
            statement.setInt(4, rows);
            try (ResultSet ids = statement.executeQuery()) {
                draws.add(ids);
            }
        }
        return rows;
    }

    private void commitInTwoPhases(Connection open, long tx, int rows) throws SQLException {
        String gid = "race-" + tx;
        boolean commit = random.nextInt(4) > 0;
        Side where = Objects.requireNonNull(home);
        try (Statement statement = open.createStatement()) {
            statement.execute("PREPARE TRANSACTION '" + gid + "'");
        } catch (SQLException e) {
            finish(where, gid, tx, rows, commit, false);
            throw e;
        }
        open.setAutoCommit(true);
        try (Statement statement = open.createStatement()) {
            statement.execute((commit ? "COMMIT" : "ROLLBACK") + " PREPARED '" + gid + "'");
            end(tx, rows, commit);
        } catch (SQLException e) {
            finish(where, gid, tx, rows, commit, true);
        }
        open.setAutoCommit(false);
    }

    private void end(long tx, int rows, boolean commit) {
        if (commit) {
            arena.journal().acknowledged(tx, rows);
        } else {
            arena.journal().rolledBack(tx);
        }
    }

    /** Who has prepared a transaction comes back to it, on the same server, however long that takes. */
    private void finish(Side where, String gid, long tx, int rows, boolean commit, boolean prepared) {
        arena.journal().unknown(tx, rows);
        while (arena.isUp()) {
            try (Connection again = where.connect("postgres", "-c default_transaction_read_only=off");
                    Statement statement = again.createStatement()) {
                boolean pending;
                try (ResultSet row =
                        statement.executeQuery("SELECT 1 FROM pg_prepared_xacts WHERE gid = '" + gid + "'")) {
                    pending = row.next();
                }
                if (pending) {
                    statement.execute((commit ? "COMMIT" : "ROLLBACK") + " PREPARED '" + gid + "'");
                }
                if (pending || prepared) {
                    end(tx, rows, commit);
                }
                return;
            } catch (SQLException e) {
                if (UNDEFINED_OBJECT.equals(e.getSQLState())) {
                    return;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }
}
