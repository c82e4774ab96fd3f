package dev.godwit.internal.cutover;

import dev.godwit.cutover.RaisedFence;
import dev.godwit.internal.cutover.WritePause.Share;
import dev.godwit.internal.plan.SqlStates;
import dev.godwit.replication.WithoutValues;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is there from the fence on. Used by one thread. */
final class FencedSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FencedSource.class);
    private static final String QUERY_CANCELED = "57014";
    private static final String CONNECTION_EXCEPTION = "08";

    private final RaisedFence fence;
    private final Undo undo;
    private final PauseWatch watch;
    private WritePause pause;

    FencedSource(RaisedFence fence, Undo undo, PauseWatch watch, WritePause pause) {
        this.fence = fence;
        this.undo = undo;
        this.watch = watch;
        this.pause = pause;
    }

    RaisedFence fence() {
        return fence;
    }

    Undo undo() {
        return undo;
    }

    WritePause pause() {
        return pause;
    }

    /** From now on another pause counts than that of this migration alone. */
    void pause(WritePause common) {
        watch.until(common.nanosUntil(Share.DRAIN));
        pause = common;
    }

    /** Gives how long this source's writers have been held back. */
    Duration held() {
        return Duration.ofNanos(System.nanoTime() - fence.pausedSinceNanos());
    }

    /** Runs a step that has a share of the pause; what its sessions wait for is cancelled when that is over. */
    void within(Share share, StepClock clock, String step, StepClock.Action action) throws Exception {
        within(share, () -> clock.run(step, action));
    }

    /** As the other one, for what is no step of its own. */
    void within(Share share, StepClock.Action action) throws Exception {
        watch.until(pause.nanosUntil(share));
        try {
            action.run();
        } catch (SQLException | RuntimeException e) {
            if (pause.remaining(share).isNegative() && isCancelled(e)) {
                throw pause.exceeded(share, e);
            }
            if (watch.hasAborted() && isOutOfReach(e)) {
                throw pause.unanswered(share, e);
            }
            throw e;
        }
    }

    private static boolean isCancelled(Throwable failure) {
        return QUERY_CANCELED.equals(SqlStates.of(failure));
    }

    private static boolean isOutOfReach(Throwable failure) {
        return String.valueOf(SqlStates.of(failure)).startsWith(CONNECTION_EXCEPTION);
    }

    /** From now on no step of it is cancelled. */
    void endWatch() {
        watch.close();
        if (watch.hasAborted()) {
            undo.unanswered();
        }
    }

    /** Frees what the fence holds in this process. */
    @Override
    public void close() {
        watch.close();
        free(fence);
    }

    /** What a fence of the user's could not free in this process changes nothing of what has become of the servers. */
    static void free(RaisedFence fence) {
        try {
            fence.close();
        } catch (RuntimeException | Error e) {
            LOG.warn(
                    "a fence could not free all that it holds in this process: {}",
                    WithoutValues.message(e),
                    WithoutValues.of(e));
        }
    }
}
