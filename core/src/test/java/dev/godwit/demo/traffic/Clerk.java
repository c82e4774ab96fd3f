package dev.godwit.demo.traffic;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One connection's worth of application: a transaction, its receipt, the commit, and again. An error that says "not now"
 * (connection gone, lock, deadlock, read-only) makes it try again on the server of the moment; any other stops it.
 */
final class Clerk implements Runnable {

    private static final Set<String> PASSING = Set.of("08", "25", "40", "53", "55", "57");
    private static final Set<String> SURELY_ROLLED_BACK = Set.of("23", "40");
    private static final long BREATH_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private final int number;
    private final SwitchableDatabase database;
    private final Counter counter;
    private final Pace pace;
    private final Journal journal;
    private volatile boolean closing;
    private @Nullable Connection connection;
    private long attempts;

    Clerk(int number, SwitchableDatabase database, Counter counter, Pace pace, Journal journal) {
        this.number = number;
        this.database = database;
        this.counter = counter;
        this.pace = pace;
        this.journal = journal;
    }

    /** Asks for an end after the transaction at hand; any thread. */
    void close() {
        closing = true;
    }

    @Override
    public void run() {
        try {
            while (!closing) {
                pace.await();
                while (!attempt() && !closing) {
                    journal.retry();
                    LockSupport.parkNanos(BREATH_NANOS);
                }
            }
            hangUp();
        } catch (SQLException | RuntimeException e) {
            journal.problem("clerk " + number + ": " + e);
        }
    }

    /** One attempt has one token: whether a try that failed left something behind can be told from its successor. */
    private boolean attempt() throws SQLException {
        String token = number + "-" + ++attempts;
        Counter.Deed deed;
        Connection line;
        try {
            line = line();
            deed = counter.serve(line);
            Sql.update(line, "INSERT INTO receipt (token, clerk, kind) VALUES (?, ?, ?)", token, number, deed.kind());
        } catch (SQLException e) {
            hangUpUnlessPermanent(e);
            return false;
        }
        try {
            line.commit();
        } catch (SQLException e) {
            if (!SURELY_ROLLED_BACK.contains(classOf(e))) {
                journal.doubt(token);
            }
            hangUpUnlessPermanent(e);
            return false;
        }
        journal.acknowledge(number, token);
        deed.afterCommit().run();
        return true;
    }

    private Connection line() throws SQLException {
        Connection line = connection;
        if (line == null) {
            line = database.connect();
            connection = line;
            line.setAutoCommit(false);
        }
        return line;
    }

    private void hangUpUnlessPermanent(SQLException e) throws SQLException {
        if (!PASSING.contains(classOf(e))) {
            throw e;
        }
        hangUp();
    }

    private void hangUp() throws SQLException {
        Connection line = connection;
        connection = null;
        if (line != null) {
            database.release(line);
        }
    }

    private static String classOf(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.length() < 2 ? "" : state.substring(0, 2);
    }
}
