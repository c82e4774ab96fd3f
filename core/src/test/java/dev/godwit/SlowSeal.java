package dev.godwit;

import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.result.Finding;
import java.sql.SQLException;
import java.util.List;

/**
 * A fence with something that happens between its being raised and its being sealed.
 *
 * @param real what it is otherwise
 * @param beforeSeal what happens; its exception makes the sealing fail
 */
public record SlowSeal(WriteFence real, Runnable beforeSeal) implements WriteFence {

    /** Of the fence of locks. */
    SlowSeal(Runnable beforeSeal) {
        this(WriteFences.lockTables(), beforeSeal);
    }

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
                beforeSeal.run();
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
        real.reopen(context);
    }

    @Override
    public void reclose(FenceContext context) throws Exception {
        real.reclose(context);
    }
}
