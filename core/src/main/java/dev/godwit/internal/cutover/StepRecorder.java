package dev.godwit.internal.cutover;

import dev.godwit.internal.state.CutoverSteps;
import dev.godwit.internal.state.Ownership;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.WithoutValues;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records on the target which step a cutover is in, without making it wait: by a session and a thread of its own. Nothing is decided by
 * what is recorded here, so a failure is logged and no more is recorded. Steps are given by the thread of the cutover.
 */
final class StepRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StepRecorder.class);
    private static final String END = "";
    /** How long the target may take to answer once the cutover is over. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String migration;
    private final BlockingQueue<String> steps = new LinkedBlockingQueue<>();

    @Nullable
    private Thread thread;

    @Nullable
    private Connection session;

    StepRecorder(String migration) {
        this.migration = migration;
    }

    /** Opens the session; what was given before is recorded, too. */
    void start(ServerConnections target, Ownership ownership) throws SQLException {
        Connection connection = target.open();
        CutoverSteps record;
        try {
            record = new CutoverSteps(connection, migration, ownership);
        } catch (SQLException e) {
            try (connection) {
                throw e;
            }
        }
        Thread started = new Thread(() -> run(connection, record), "godwit-" + migration + "-steps");
        started.setDaemon(true);
        started.start();
        thread = started;
        session = connection;
    }

    void record(String step) {
        steps.add(step);
    }

    private void run(Connection connection, CutoverSteps record) {
        try (connection) {
            String step = steps.take();
            while (!step.equals(END)) {
                record.record(step);
                step = steps.take();
            }
        } catch (SQLException e) {
            LOG.warn("{}: the steps of the cutover are recorded no more: {}", migration, WithoutValues.message(e));
        } catch (InterruptedException e) {
            LOG.debug("{}: the steps of the cutover are recorded no more", migration);
        }
    }

    /** Returns when everything is recorded, or the target does not answer, and the session closed. Without effect the second time. */
    @Override
    public void close() {
        Thread running = thread;
        thread = null;
        if (running == null) {
            return;
        }
        steps.add(END);
        boolean interrupted = false;
        while (running.isAlive()) {
            try {
                running.join(PATIENCE.toMillis());
                if (running.isAlive()) {
                    abort();
                }
            } catch (InterruptedException e) {
                interrupted = true;
                running.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void abort() {
        Connection connection = session;
        try {
            if (connection != null) {
                connection.abort(Runnable::run);
            }
        } catch (SQLException e) {
            LOG.debug("{}: ending the session that records the steps: {}", migration, WithoutValues.message(e));
        }
    }
}
