package dev.godwit;

import dev.godwit.cutover.Deadline;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.WriteFence;
import dev.godwit.result.Finding;
import java.sql.SQLException;
import java.util.List;

/** A fence with something that happens around its being sealed, or instead of its being lifted. */
public final class AlteredFence implements WriteFence {
    private static final Deed NOTHING = () -> {};

    private final WriteFence real;
    private final Deed beforeSeal;
    private final Deed afterSeal;
    private final Deed beforeReopen;
    private final boolean lifts;

    /** What happens; what it throws is thrown there. */
    public interface Deed {
        /** Does it. */
        void run() throws Exception;
    }

    private AlteredFence(WriteFence real, Deed beforeSeal, Deed afterSeal, Deed beforeReopen, boolean lifts) {
        this.real = real;
        this.beforeSeal = beforeSeal;
        this.afterSeal = afterSeal;
        this.beforeReopen = beforeReopen;
        this.lifts = lifts;
    }

    /** Something happens when it is about to be sealed: nobody new can write, and who is connected still is. */
    public static AlteredFence beforeSeal(WriteFence real, Deed deed) {
        return around(real, deed, NOTHING);
    }

    /** Something happens around its being sealed. */
    public static AlteredFence around(WriteFence real, Deed before, Deed after) {
        return new AlteredFence(real, before, after, NOTHING, true);
    }

    /** Something happens before the source is opened, or closed, after a crash. */
    static AlteredFence beforeReopen(WriteFence real, Deed deed) {
        return new AlteredFence(real, NOTHING, NOTHING, deed, true);
    }

    /** Cannot be taken away: what a process leaves behind that dies behind it, but for its sessions, which end. */
    static AlteredFence stuck(WriteFence real) {
        return new AlteredFence(real, NOTHING, NOTHING, NOTHING, false);
    }

    @Override
    public List<Finding> check(FenceContext context) throws SQLException {
        return real.check(context);
    }

    @Override
    public RaisedFence raise(FenceContext context) throws Exception {
        return new Raised(real.raise(context), beforeSeal, afterSeal, lifts);
    }

    @Override
    public void reopen(FenceContext context) throws Exception {
        beforeReopen.run();
        real.reopen(context);
    }

    @Override
    public void reclose(FenceContext context) throws Exception {
        beforeReopen.run();
        real.reclose(context);
    }

    /** Has something happen around the sealing of a fence that is raised already. */
    public static RaisedFence around(RaisedFence raised, Deed before, Deed after) {
        return new Raised(raised, before, after, true);
    }

    private record Raised(RaisedFence raised, Deed beforeSeal, Deed afterSeal, boolean lifts) implements RaisedFence {

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
            beforeSeal.run();
            raised.seal(deadline);
            afterSeal.run();
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
            if (!lifts) {
                throw new IllegalStateException("nobody is there to lift it");
            }
            raised.lift();
        }

        @Override
        public void close() {
            raised.close();
        }
    }
}
