package dev.godwit.internal.engine;

import dev.godwit.cutover.Deadline;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.cutover.WriteFence;
import dev.godwit.replication.Failures;
import dev.godwit.replication.ServerConnections;
import dev.godwit.result.Finding;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The old server in a rollback, in which it is the target: closed as long as the new one may take writes, and opened between the
 * decision and the switch, when that is closed. It goes between the rollback and the user's fence and switch: who lifts the fence of
 * the new server, or opens it after a crash, closes the old one first. Used by one thread at a time.
 */
final class OldServer {
    private static final Logger LOG = LoggerFactory.getLogger(OldServer.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final WriteFence fence;
    private final TrafficSwitch traffic;
    private final ServerConnections server;

    /** What the fence was told last, of the new server; null before. */
    @Nullable
    private FenceContext told;

    private boolean perhapsOpen;

    OldServer(WriteFence fence, TrafficSwitch traffic, ServerConnections server) {
        this.fence = fence;
        this.traffic = traffic;
        this.server = server;
    }

    WriteFence fence() {
        return new FenceOfNew();
    }

    TrafficSwitch traffic() {
        return new SwitchBack();
    }

    private FenceContext old() {
        FenceContext known = told;
        if (known == null) {
            throw new IllegalStateException("traffic is switched behind a fence only");
        }
        // Whoever has closed it, and when: a rollback is to have it take writes.
        return new FenceContext(
                known.migration(), server, known.tables(), Deadline.after(PATIENCE), PATIENCE, false, null);
    }

    private void open(SwitchContext context) throws Exception {
        perhapsOpen = true;
        fence.reopen(old());
        try {
            traffic.switchToSource(context);
        } catch (Exception | Error e) {
            try {
                close();
            } catch (Exception | Error suppressed) {
                // The fence is not lifted before this has succeeded.
                Failures.suppress(e, suppressed);
            }
            throw e;
        }
    }

    private void close() throws Exception {
        fence.reclose(old());
        perhapsOpen = false;
    }

    /** The user's switch, in the other direction. */
    private final class SwitchBack extends SwitchAround {

        SwitchBack() {
            super(traffic);
        }

        @Override
        public void switchToTarget(SwitchContext context) throws Exception {
            open(context);
        }

        @Override
        public void stayOnSource(SwitchContext context) throws Exception {
            traffic.stayOnTarget(context);
        }
    }

    /** The user's fence, around the new server. */
    private final class FenceOfNew implements WriteFence {

        @Override
        public List<Finding> check(FenceContext context) throws SQLException {
            return fence.check(context);
        }

        @Override
        public RaisedFence raise(FenceContext context) throws Exception {
            told = context;
            return new FencedNew(fence.raise(context));
        }

        @Override
        public void reopen(FenceContext context) throws Exception {
            told = context;
            close();
            fence.reopen(context);
        }

        @Override
        public void reclose(FenceContext context) throws Exception {
            told = context;
            fence.reclose(context);
        }
    }

    /** The new server behind the user's fence. */
    private final class FencedNew implements RaisedFence {
        private final RaisedFence raised;

        FencedNew(RaisedFence raised) {
            this.raised = raised;
        }

        @Override
        public long pausedSinceNanos() {
            return raised.pausedSinceNanos();
        }

        @Override
        public void beginSeal(Deadline deadline) throws Exception {
            raised.beginSeal(deadline);
        }

        @Override
        public void seal(Deadline deadline) throws Exception {
            raised.seal(deadline);
        }

        @Override
        public void rehearseSeal(Deadline deadline) throws Exception {
            raised.rehearseSeal(deadline);
        }

        @Override
        public void requireSealed(Deadline deadline) throws Exception {
            raised.requireSealed(deadline);
        }

        @Override
        public void lift() throws Exception {
            if (perhapsOpen) {
                LOG.info("{}: the old server is closed again", told == null ? "?" : told.migration());
                OldServer.this.close();
            }
            raised.lift();
        }

        @Override
        public void close() {
            raised.close();
        }
    }
}
