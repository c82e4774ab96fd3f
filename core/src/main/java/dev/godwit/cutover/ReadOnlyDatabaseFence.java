package dev.godwit.cutover;

import dev.godwit.event.MigrationPhase;
import dev.godwit.replication.WithoutValues;
import dev.godwit.result.Finding;
import dev.godwit.result.MigrationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database is closed from the first moment on, and who is connected to it has to connect again. */
final class ReadOnlyDatabaseFence implements WriteFence {
    private static final Logger LOG = LoggerFactory.getLogger(ReadOnlyDatabaseFence.class);

    @Override
    public List<Finding> check(FenceContext context) throws SQLException {
        try (Connection connection = context.source().open()) {
            return SealRights.check(connection);
        }
    }

    @Override
    public RaisedFence raise(FenceContext context) throws Exception {
        Connection control = context.source().open();
        try {
            SealRights.require(control);
            SourceSeal.refusePrepared(control);
            ClosingSession.begin(control, context.migration());
            Closed closed = new Closed(context, control, System.nanoTime());
            closed.begin(patience(context));
            return closed;
        } catch (Exception | Error e) {
            closeAfter(control, e);
            throw e;
        }
    }

    /** Writers are held back from the first moment on. */
    private static Duration patience(FenceContext context) {
        Duration left = context.deadline().left();
        return left.compareTo(context.hold()) < 0 ? left : context.hold();
    }

    private static void closeAfter(Connection connection, Throwable primary) {
        try {
            connection.close();
        } catch (SQLException e) {
            primary.addSuppressed(e);
        }
    }

    @Override
    public void reopen(FenceContext context) throws SQLException {
        SourceSeal.reopen(context);
    }

    @Override
    public void reclose(FenceContext context) throws SQLException {
        SourceSeal.reclose(context);
    }

    /** Closed by this process. */
    private static final class Closed implements ClosingFence {
        private final SourceSeal seal;
        private final String migration;
        private final Connection control;
        private final long pausedSinceNanos;

        Closed(FenceContext context, Connection control, long pausedSinceNanos) {
            this.seal = new SourceSeal(context);
            this.migration = context.migration();
            this.control = control;
            this.pausedSinceNanos = pausedSinceNanos;
        }

        /** Closes the source, or leaves it open. */
        void begin(Duration patience) throws SQLException {
            try {
                seal.close(control, List.of(), patience);
                SourceSeal.refusePrepared(control);
            } catch (SQLException | RuntimeException | Error e) {
                try {
                    seal.openAnyhow(control);
                } catch (SQLException | RuntimeException | Error opening) {
                    e.addSuppressed(opening);
                    throw stillClosed(migration, e, opening);
                }
                throw e;
            }
        }

        @Override
        public long pausedSinceNanos() {
            return pausedSinceNanos;
        }

        /** It outlasts this process already. Who wrote in between, against the default, is found in the log. */
        @Override
        public void seal(Deadline deadline) {}

        @Override
        public void requireSealed(Deadline deadline) throws SQLException {
            SourceSeal.requireClosed(control, deadline.left());
        }

        @Override
        public void open() throws SQLException {
            seal.open(control);
        }

        @Override
        public void lift() throws SQLException {
            open();
        }

        @Override
        public void close() {
            try {
                control.close();
            } catch (SQLException e) {
                LOG.debug("{}: closing the fence's session: {}", migration, e.getMessage());
            }
        }
    }

    /** What the caller is told when a fence that does not hold could not be taken away either. */
    static MigrationException stillClosed(String migration, Throwable cause, Throwable opening) {
        return new MigrationException(
                MigrationPhase.CUTOVER,
                "migration '" + migration + "': the fence does not hold (" + WithoutValues.message(cause)
                        + ") and could not be taken away (" + WithoutValues.message(opening)
                        + "): writers may still be held back from the source. Resume the migration, which opens it",
                cause);
    }
}
