package dev.godwit.cutover;

import dev.godwit.replication.Failures;
import dev.godwit.result.Finding;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the user does holds writers back until the source is closed. */
final class UserFence implements WriteFence {
    private static final Logger LOG = LoggerFactory.getLogger(UserFence.class);
    /** What raising it may have taken is over by then. */
    private static final Duration TO_LIFT = Duration.ofSeconds(30);

    private final CustomFence custom;

    UserFence(CustomFence custom) {
        this.custom = custom;
    }

    @Override
    public List<Finding> check(FenceContext context) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        try (Connection connection = context.source().open()) {
            findings.addAll(SealRights.check(connection));
        }
        findings.addAll(custom.check(context));
        return findings;
    }

    @Override
    public RaisedFence raise(FenceContext context) throws Exception {
        Connection control = context.source().open();
        try {
            SealRights.require(control);
            ClosingSession.begin(control, context.migration());
            Raised raised = new Raised(custom, context, control, System.nanoTime());
            raised.begin();
            return raised;
        } catch (Exception | Error e) {
            try {
                control.close();
            } catch (SQLException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    @Override
    public void reopen(FenceContext context) throws Exception {
        SourceSeal.reopen(context);
        custom.lift(context);
    }

    @Override
    public void reclose(FenceContext context) throws SQLException {
        SourceSeal.reclose(context);
    }

    /** Raised by this process. */
    static final class Raised implements ClosingFence {
        private final SourceSeal seal;
        private final CustomFence custom;
        private final FenceContext context;
        private final Connection control;
        private final long pausedSinceNanos;

        Raised(CustomFence custom, FenceContext context, Connection control, long pausedSinceNanos) {
            this.seal = new SourceSeal(context);
            this.custom = custom;
            this.context = context;
            this.control = control;
            this.pausedSinceNanos = pausedSinceNanos;
        }

        void begin() throws Exception {
            try {
                custom.raise(context);
            } catch (Exception | Error e) {
                try {
                    letGo();
                } catch (Exception | Error lifting) {
                    Failures.suppress(e, lifting);
                    throw ReadOnlyDatabaseFence.stillClosed(context.migration(), e, lifting);
                }
                throw e;
            }
        }

        @Override
        public long pausedSinceNanos() {
            return pausedSinceNanos;
        }

        /** Makes sure that it holds; for a place where another fence closes the source. */
        void recheck(Deadline deadline) throws Exception {
            custom.recheck(context.until(deadline));
        }

        @Override
        public void beginSeal(Deadline deadline) throws SQLException {
            seal.shut(control, deadline.left());
        }

        @Override
        public void seal(Deadline deadline) throws Exception {
            recheck(deadline);
            seal.close(control, List.of(), deadline.left());
        }

        @Override
        public void rehearseSeal(Deadline deadline) throws Exception {
            recheck(deadline);
            SourceSeal.tryOut(control, deadline.left());
        }

        @Override
        public void requireSealed(Deadline deadline) throws SQLException {
            SourceSeal.requireClosed(control, deadline.left());
        }

        @Override
        public void open() throws SQLException {
            seal.open(control);
        }

        @Override
        public void lift() throws Exception {
            open();
            letGo();
        }

        private void letGo() throws Exception {
            custom.lift(context.until(Deadline.after(TO_LIFT)));
        }

        @Override
        public void close() {
            try {
                control.close();
            } catch (SQLException e) {
                LOG.debug("{}: closing the fence's session: {}", context.migration(), e.getMessage());
            }
        }
    }
}
