package dev.godwit;

import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.WriteFence;
import dev.godwit.result.Finding;
import java.sql.SQLException;
import java.util.List;

/**
 * A fence that cannot be taken away: what a process leaves behind that dies behind it, but for its sessions, which end.
 *
 * @param real what it is otherwise
 */
record StuckFence(WriteFence real) implements WriteFence {

    @Override
    public List<Finding> check(FenceContext context) throws SQLException {
        return real.check(context);
    }

    @Override
    public RaisedFence raise(FenceContext context) throws Exception {
        RaisedFence raised = real.raise(context);
        return new RaisedFence() {
            @Override
            public long pausedSinceNanos() {
                return raised.pausedSinceNanos();
            }

            @Override
            public void seal() throws Exception {
                raised.seal();
            }

            @Override
            public void lift() {
                throw new IllegalStateException("nobody is there to lift it");
            }

            @Override
            public void close() {
                raised.close();
            }
        };
    }

    @Override
    public void reopen(FenceContext context) throws Exception {
        real.reopen(context);
    }

    @Override
    public void reclose(FenceContext context) throws Exception {
        real.reclose(context);
    }
}
