package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One connection of a workload: transaction after transaction, on whatever database is current. */
final class WorkloadWriter implements Runnable {
    private static final int LONGEST_BACKOFF_MILLIS = 50;

    private final WriteWorkload workload;
    private final int id;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong inDoubt = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    private volatile String lastError = "";
    private volatile @Nullable Connection connection;
    private @Nullable DataSource connectedTo;
    private int backoffMillis;
    private int number;

    WorkloadWriter(WriteWorkload workload, int id) {
        this.workload = workload;
        this.id = id;
    }

    @Override
    public void run() {
        try {
            while (workload.isRunning()) {
                if (attempt()) {
                    backoffMillis = 0;
                    TimeUnit.NANOSECONDS.sleep(workload.thinkTime().toNanos());
                } else {
                    disconnect();
                    backoffMillis = Math.min(LONGEST_BACKOFF_MILLIS, backoffMillis * 2 + 1);
                    TimeUnit.MILLISECONDS.sleep(backoffMillis);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    /** False if the connection is better replaced. */
    private boolean attempt() {
        Connection current;
        try {
            current = connected();
        } catch (SQLException e) {
            lastError = describe(e);
            return false;
        }
        int mine = number++;
        WorkloadTransaction transaction = new WorkloadTransaction(workload.seed(), id, mine);
        try {
            transaction.execute(current);
            if (transaction.rolledBack) {
                current.rollback();
                return true;
            }
        } catch (SQLException e) {
            failed.incrementAndGet();
            lastError = describe(e);
            return false;
        }
        return commit(current, mine);
    }

    private boolean commit(Connection current, int mine) {
        workload.journal().sending(id, mine);
        try {
            current.commit();
        } catch (SQLException e) {
            lastError = describe(e);
            if (refusedByServer(e)) {
                workload.journal().refused(id, mine);
                failed.incrementAndGet();
            } else {
                inDoubt.incrementAndGet();
            }
            return false;
        }
        workload.journal().acknowledged(id, mine);
        workload.gaps().committed();
        acknowledged.incrementAndGet();
        return true;
    }

    /**
     * Serialization failures, deferred constraints and the like end the transaction. Classes 08 (connection), 57 (operator
     * intervention, which may come after the commit) and 58 or XX say nothing about it.
     */
    private static boolean refusedByServer(SQLException e) {
        String state = e.getSQLState();
        if (state == null || state.equals("40003")) {
            return false; // the server itself does not know
        }
        return state.startsWith("40") || state.startsWith("23") || state.startsWith("25");
    }

    private Connection connected() throws SQLException {
        DataSource wanted = workload.dataSource();
        Connection current = connection;
        if (current != null && connectedTo == wanted) {
            return current;
        }
        disconnect();
        Connection fresh = wanted.getConnection();
        connection = fresh;
        connectedTo = wanted;
        fresh.setAutoCommit(false);
        if (workload.dataSource() != wanted) {
            throw new SQLException("The workload was switched while connecting");
        }
        return fresh;
    }

    private void disconnect() {
        Connection old = connection;
        connection = null;
        connectedTo = null;
        if (old != null) {
            try {
                old.close();
            } catch (SQLException e) {
                lastError = describe(e);
            }
        }
    }

    /** Cuts the connection from another thread, whatever it is in the middle of. */
    void abort() {
        Connection old = connection;
        if (old != null) {
            try {
                old.abort(Runnable::run);
            } catch (SQLException e) {
                lastError = describe(e);
            }
        }
    }

    private static String describe(SQLException e) {
        return e.getSQLState() + " " + e.getMessage();
    }

    long acknowledged() {
        return acknowledged.get();
    }

    long inDoubt() {
        return inDoubt.get();
    }

    long failed() {
        return failed.get();
    }

    String lastError() {
        return lastError;
    }
}
