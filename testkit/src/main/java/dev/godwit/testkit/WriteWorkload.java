package dev.godwit.testkit;

import dev.godwit.testkit.WorkloadSession.Destination;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Concurrent writers that know afterwards what must be in the database, row by row: tokens that are written once under sparse keys, and
 * what else a {@link WorkloadKind} does, mixed by weights. One transaction of twenty rolls back. What a transaction does follows from the
 * seed, which is logged, its writer and its number.
 *
 * <p>A failed transaction is not repeated: its writer connects again, to the database that is current by then, and does the next one.
 *
 * <p>Thread-safe. The tables live in the schema {@code workload}.
 */
public final class WriteWorkload implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WriteWorkload.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final WriteWorkloadBuilder.Pace pace;
    private final WorkloadJournal journal;
    private final CommitGaps gaps = new CommitGaps();
    private final List<WorkloadWriter> writers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile Destination destination;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean running;
    private volatile String lastError = "";

    WriteWorkload(DataSource dataSource, WriteWorkloadBuilder.Pace pace, WorkloadJournal journal) {
        this.destination = new Destination(dataSource, 0);
        this.pace = pace;
        this.journal = journal;
        for (int id = 0; id < journal.plan().writers(); id++) {
            writers.add(new WorkloadWriter(this, id));
        }
    }

    /**
     * Begins to describe a workload.
     *
     * @param dataSource the database to write to; each writer takes a connection of its own from it
     * @return the builder
     */
    public static WriteWorkloadBuilder builder(DataSource dataSource) {
        return new WriteWorkloadBuilder(dataSource);
    }

    /**
     * Creates the schema {@code workload} with its tables and their first rows.
     *
     * @return this workload
     * @throws SQLException if the database refuses
     * @throws TestkitException if transactions are to be prepared and the server allows none
     */
    public WriteWorkload createTables() throws SQLException {
        try (Connection connection = destination().database().getConnection();
                Statement statement = connection.createStatement()) {
            if (journal.plan().contains(WorkloadKind.PREPARED)) {
                requirePreparedTransactions(statement);
            }
            statement.execute("CREATE SCHEMA workload");
            statement.execute(
                    "CREATE TABLE workload.token (id bigint PRIMARY KEY, writer int NOT NULL, number int NOT NULL,"
                            + " ordinal int NOT NULL, payload text NOT NULL)");
            for (WorkloadKind kind : journal.plan().kinds()) {
                kind.createTables(statement);
            }
        }
        return this;
    }

    private static void requirePreparedTransactions(Statement statement) throws SQLException {
        try (ResultSet setting = statement.executeQuery("SHOW max_prepared_transactions")) {
            if (setting.next() && setting.getInt(1) == 0) {
                throw new TestkitException(
                        "WorkloadKind.PREPARED takes a server with max_prepared_transactions above 0;"
                                + " set it, or give that kind no weight");
            }
        }
    }

    /**
     * Lets the writers begin. A workload is started once.
     *
     * @return this workload
     */
    public synchronized WriteWorkload start() {
        if (!threads.isEmpty()) {
            throw new IllegalStateException("This workload was started before");
        }
        LOG.info("Workload with {}", journal.plan().describe());
        running = true;
        gaps.reset();
        for (WorkloadWriter writer : writers) {
            Thread thread = new Thread(writer, "testkit-workload-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        return this;
    }

    /**
     * Sends all writers to another database, as a switch of traffic does: after the return none begins a transaction on the old one,
     * and the connections to it are cut, so that a writer that hangs on a fence comes along. A transaction cut in its COMMIT is in
     * doubt, any other is not committed.
     *
     * @param next the database to write to from now on
     */
    public void switchTo(DataSource next) {
        synchronized (writers) {
            destination = new Destination(next, destination.switches() + 1);
        }
        writers.forEach(WorkloadWriter::abort);
    }

    /**
     * Ends the writers after their current transaction, and returns when they have ended. One that waits for its next transaction begins
     * none. Cuts the connections of those that do not end within ten seconds. Does nothing if the workload is not running.
     */
    public synchronized void stop() {
        if (threads.isEmpty()) {
            return;
        }
        running = false;
        stopped.countDown();
        long deadline = System.nanoTime() + STOP_LIMIT.toNanos();
        boolean cut = false;
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join(20);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                if (!cut && (interrupted || System.nanoTime() > deadline)) {
                    cut = true;
                    writers.forEach(WorkloadWriter::abort);
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops the writers and closes the journal. */
    @Override
    public void close() {
        stop();
        journal.close();
    }

    /**
     * Waits until so many transactions are acknowledged in total.
     *
     * @param transactions the number since the start
     * @param limit how long to wait
     * @throws InterruptedException if this thread is interrupted
     * @throws TestkitException if it takes longer
     */
    public void awaitAcknowledged(long transactions, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (statistics().acknowledged() < transactions) {
            if (System.nanoTime() > deadline) {
                throw new TestkitException(
                        "Not " + transactions + " transactions within " + limit + ": " + statistics());
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /**
     * Counts and gaps up to now.
     *
     * @return a snapshot
     */
    public WorkloadStatistics statistics() {
        CommitGaps.Gap gap = gaps.longest(running);
        return new WorkloadStatistics(
                sum(WorkloadWriter::acknowledged),
                sum(WorkloadWriter::inDoubt),
                sum(WorkloadWriter::failed),
                gap.duration(),
                gap.began(),
                lastError);
    }

    private long sum(ToLongFunction<WorkloadWriter> count) {
        return writers.stream().mapToLong(count).sum();
    }

    /** Forgets the gaps so far, for example right before a cutover whose write pause is to be measured. */
    public void resetLongestGap() {
        gaps.reset();
    }

    /**
     * Compares a database with what was acknowledged, row by row. The workload must be stopped, and the database have received
     * everything.
     *
     * @param database where to look
     * @return one line per finding, with the key, at most some of each kind, and one with seed and mix; empty if everything is as it
     *     must be
     * @throws SQLException if the database cannot be read
     */
    public List<String> verify(DataSource database) throws SQLException {
        return verify(database, WorkloadVerification.everything(journal));
    }

    /**
     * Compares the database that the writers were switched away from with what was acknowledged there: nothing that they began after the
     * last {@link #switchTo} may be in it, all from before must. For an old server that nothing is sent back to.
     *
     * @param old where to look
     * @return as {@link #verify(DataSource)}
     * @throws SQLException if the database cannot be read
     */
    public List<String> verifyLeftBehind(DataSource old) throws SQLException {
        return verify(
                old,
                writers.stream()
                        .mapToInt(
                                writer -> writer.firstAfterSwitch(destination().switches()))
                        .toArray());
    }

    private List<String> verify(DataSource database, int[] limits) throws SQLException {
        if (running) {
            throw new IllegalStateException("Stop the workload before verifying");
        }
        return WorkloadVerification.verify(journal, limits, database);
    }

    /**
     * Compares a database with the journal file of a workload whose process is gone.
     *
     * @param journal the file
     * @param database where to look
     * @return as {@link #verify(DataSource)}
     * @throws SQLException if the database cannot be read
     */
    public static List<String> verify(Path journal, DataSource database) throws SQLException {
        WorkloadJournal read = WorkloadJournal.read(journal);
        return WorkloadVerification.verify(read, WorkloadVerification.everything(read), database);
    }

    /**
     * What decides what the writers do.
     *
     * @return the seed given to the builder, or the random one taken instead
     */
    public long seed() {
        return journal.plan().seed();
    }

    boolean isRunning() {
        return running;
    }

    /** Returns after that time; at once, and false, when the workload is stopped. */
    boolean pause(long nanos) throws InterruptedException {
        return !stopped.await(nanos, TimeUnit.NANOSECONDS);
    }

    /** Remembers what a writer's transaction, or its connecting, failed with. */
    void failed(SQLException failure) {
        lastError = failure.getSQLState() + " " + failure.getMessage();
    }

    WriteWorkloadBuilder.Pace pace() {
        return pace;
    }

    Destination destination() {
        return destination;
    }

    WorkloadJournal journal() {
        return journal;
    }

    CommitGaps gaps() {
        return gaps;
    }
}
