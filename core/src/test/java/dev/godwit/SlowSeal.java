package dev.godwit;

import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.result.Finding;
import java.sql.SQLException;
import java.util.List;

/** The fence of locks, with something that happens between its being raised and its being sealed. */
record SlowSeal(Runnable between) implements WriteFence {
    private static final WriteFence REAL = WriteFences.lockTables();

    @Override
    public List<Finding> check(FenceContext context) throws SQLException {
        return REAL.check(context);
    }

    @Override
    public RaisedFence raise(FenceContext context) throws Exception {
        RaisedFence raised = REAL.raise(context);
        return new RaisedFence() {
            @Override
            public long pausedSinceNanos() {
                return raised.pausedSinceNanos();
            }

            @Override
            public void seal() throws Exception {
                between.run();
                raised.seal();
            }

            @Override
            public void lift() throws Exception {
                raised.lift();
            }

            @Override
            public void close() {
                raised.close();
            }
        };
    }

    @Override
    public void reopen(FenceContext context) throws Exception {
        REAL.reopen(context);
    }

    @Override
    public void reclose(FenceContext context) throws Exception {
        REAL.reclose(context);
    }
}
