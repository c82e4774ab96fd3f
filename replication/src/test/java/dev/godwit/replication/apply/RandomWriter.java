package dev.godwit.replication.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;

/** One session that writes random transactions; what it executed is kept for the failure's report. */
final class RandomWriter implements Callable<Integer> {

    /** How many numbers a writer has to itself. */
    static final int NUMBERS = 1_000_000;

    private static final int JOURNAL_LINES = 4000;
    /** Deadlock, and a lock not had in time. */
    private static final Set<String> IN_THE_WAY = Set.of("40P01", "55P03");
    /** What concurrent writers do to each other, and what a statement may find of an earlier one. */
    private static final Set<String> EXPECTED = Set.of("23505", "23503", "40P01", "55P03");

    private final Replica replica;
    private final List<RandomTable> tables;
    private final int writer;
    private final int transactions;
    private final Random random;
    private final RandomStatements statements;
    private final Deque<String> journal = new ArrayDeque<>();
    private int committed;

    RandomWriter(Replica replica, int sourceMajor, long seed, int writer, int transactions) {
        this.replica = replica;
        tables = RandomTables.all(sourceMajor);
        this.writer = writer;
        this.transactions = transactions;
        random = new Random(seed * 1000 + writer);
        statements = new RandomStatements(random, writer, sourceMajor >= 11);
    }

    List<String> journal() {
        return List.copyOf(journal);
    }

    /** Gives the number of transactions committed. */
    @Override
    public Integer call() throws SQLException {
        try (Connection session = replica.sourceServer.connect(replica.sourceDatabase)) {
            Replica.execute(session, "SET deadlock_timeout = '20ms'");
            Replica.execute(session, "SET lock_timeout = '3s'");
            Replica.execute(session, "SET synchronous_commit = " + (random.nextBoolean() ? "on" : "off"));
            session.setAutoCommit(false);
            for (RandomTable table : tables) {
                first(session, statements.first(table));
            }
            for (int i = 0; i < transactions; i++) {
                transaction(session, i);
            }
        }
        return committed;
    }

    /** Each table by itself: a writer that is ahead may empty several tables at once, and be in the way even so. */
    private void first(Connection session, List<String> sql) throws SQLException {
        boolean done = false;
        while (!done) {
            try {
                execute(session, sql);
                session.commit();
                done = true;
            } catch (SQLException e) {
                session.rollback();
                if (!IN_THE_WAY.contains(e.getSQLState())) {
                    throw e;
                }
                note("ROLLBACK -- " + e.getSQLState());
            }
        }
    }

    private void transaction(Connection session, int number) throws SQLException {
        int fate = random.nextInt(10);
        List<RandomTable> touched = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            touched.add(tables.get(random.nextInt(tables.size())));
        }
        try {
            work(session, touched, length(), fate != 0);
            if (fate == 0) {
                prepared(session, number);
            } else if (fate == 1) {
                note("ROLLBACK");
                session.rollback();
            } else {
                note("COMMIT");
                session.commit();
                committed++;
            }
        } catch (SQLException e) {
            session.rollback();
            requireExpected(e);
            note("ROLLBACK -- " + e.getSQLState());
        }
    }

    private int length() {
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> 1;
            case 4, 5, 6, 7 -> 2 + random.nextInt(4);
            default -> 5 + random.nextInt(20);
        };
    }

    private void work(Connection session, List<RandomTable> touched, int length, boolean mayTruncate)
            throws SQLException {
        for (int i = 0; i < length; i++) {
            RandomTable table = touched.get(random.nextInt(touched.size()));
            if (random.nextInt(6) == 0) {
                subtransaction(session, table, mayTruncate);
            } else {
                execute(session, statements.next(table, mayTruncate));
            }
        }
    }

    private void subtransaction(Connection session, RandomTable table, boolean mayTruncate) throws SQLException {
        note("SAVEPOINT");
        Savepoint savepoint = session.setSavepoint();
        try {
            execute(session, statements.next(table, mayTruncate));
            if (random.nextBoolean()) {
                execute(session, statements.next(table, mayTruncate));
            }
            if (random.nextInt(3) == 0) {
                note("ROLLBACK TO SAVEPOINT");
                session.rollback(savepoint);
            } else {
                note("RELEASE");
                session.releaseSavepoint(savepoint);
            }
        } catch (SQLException e) {
            requireExpected(e);
            note("ROLLBACK TO SAVEPOINT -- " + e.getSQLState());
            session.rollback(savepoint);
        }
    }

    /** Others commit between the preparation and its end. */
    private void prepared(Connection session, int number) throws SQLException {
        String gid = "'" + replica.name + "-" + writer + "-" + number + "'";
        execute(session, List.of("PREPARE TRANSACTION " + gid));
        session.setAutoCommit(true);
        try {
            RandomTable table = tables.get(random.nextInt(tables.size()));
            execute(
                    session,
                    List.of(table.insert(Integer.toString(writer * NUMBERS + NUMBERS / 2 + number), Map.of())));
            committed++;
        } finally {
            execute(session, List.of((random.nextInt(4) == 0 ? "ROLLBACK" : "COMMIT") + " PREPARED " + gid));
            session.setAutoCommit(false);
        }
    }

    private void execute(Connection session, List<String> sql) throws SQLException {
        for (String statement : sql) {
            note(statement);
            Replica.execute(session, statement);
        }
    }

    private void note(String line) {
        journal.add(line);
        if (journal.size() > JOURNAL_LINES) {
            journal.remove();
        }
    }

    private static void requireExpected(SQLException e) throws SQLException {
        if (!EXPECTED.contains(e.getSQLState())) {
            throw e;
        }
    }
}
