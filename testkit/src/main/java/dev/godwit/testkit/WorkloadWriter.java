package dev.godwit.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One connection of a workload: transaction after transaction, on whatever database is current. */
final class WorkloadWriter implements Runnable {
    /** Begin of the names of prepared transactions. */
    static final String PREPARED_PREFIX = "workload ";

    private static final int LONGEST_BACKOFF_MILLIS = 50;
    private static final long NEVER_MADE_UP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final WriteWorkload workload;
    private final int id;
    private final WorkloadSession session;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong inDoubt = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    private volatile int firstOfSwitch;
    private volatile int switchesSeen;
    private int backoffMillis;
    private int number;
    private long next;

    WorkloadWriter(WriteWorkload workload, int id) {
        this.workload = workload;
        this.id = id;
        this.session = new WorkloadSession(workload::destination);
    }

    @Override
    public void run() {
        // so that the writers of a rate do not begin all at once
        next = System.nanoTime()
                + workload.pace().interval().toNanos()
                        * id
                        / workload.journal().plan().writers();
        try {
            while (awaitTurn()) {
                if (attempt()) {
                    backoffMillis = 0;
                    workload.pause(workload.pace().thinkTime().toNanos());
                } else {
                    session.disconnect();
                    backoffMillis = Math.min(LONGEST_BACKOFF_MILLIS, backoffMillis * 2 + 1);
                    workload.pause(TimeUnit.MILLISECONDS.toNanos(backoffMillis));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            session.end();
        }
    }

    /**
     * Begins are as far apart as asked for on average, also where one of them came late.
     *
     * @return false if there is none any more
     */
    private boolean awaitTurn() throws InterruptedException {
        long interval = workload.pace().interval().toNanos();
        if (interval > 0) {
            long now = System.nanoTime();
            if (now - next > NEVER_MADE_UP_NANOS) {
                next = now;
            }
            workload.pause(next - now);
            next += interval;
        }
        return workload.isRunning();
    }

    /** False if the connection is better replaced. */
    private boolean attempt() {
        Connection current;
        try {
            current = session.connected();
        } catch (SQLException e) {
            workload.failed(e);
            return false;
        }
        if (session.switches() != switchesSeen) {
            firstOfSwitch = number;
            switchesSeen = session.switches();
        }
        int mine = number++;
        WorkloadTransaction transaction =
                new WorkloadTransaction(workload.journal().plan(), id, mine);
        try {
            transaction.execute(current);
            if (transaction.prepared) {
                session.prepare(preparedName(mine));
            }
            if (transaction.rolledBack) {
                session.rollback();
                return true;
            }
        } catch (SQLException e) {
            failed.incrementAndGet();
            workload.failed(e);
            return false;
        }
        return commit(mine, transaction.prepared);
    }

    private String preparedName(int mine) {
        return PREPARED_PREFIX + workload.seed() + " " + id + " " + mine;
    }

    private boolean commit(int mine, boolean prepared) {
        workload.journal().sending(id, mine);
        try {
            session.commit();
        } catch (SQLException e) {
            workload.failed(e);
            // what is prepared stays so after a refusal, and is committed later
            if (!prepared && refusedByServer(e)) {
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

    /**
     * Number of the first transaction on the database that the writers were last switched to; the highest number if it came to none.
     *
     * @param switches how often they were switched
     */
    int firstAfterSwitch(int switches) {
        return switchesSeen == switches && switches > 0 ? firstOfSwitch : Integer.MAX_VALUE;
    }

    /** Cuts the connection from another thread, whatever it is in the middle of. */
    void abort() {
        session.abort();
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
}
