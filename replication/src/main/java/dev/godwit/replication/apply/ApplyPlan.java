package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * How a session applies.
 *
 * @param mode the way
 * @param single whether one applier does it all, even if several are wanted
 * @param until the source transaction after which the usual way is taken again, null for no end
 */
record ApplyPlan(ApplyMode mode, boolean single, @Nullable Lsn until) {

    static final ApplyPlan USUAL = new ApplyPlan(ApplyMode.SETS, false, null);

    /** The usual way by one applier, up to a position. */
    static ApplyPlan single(Lsn until) {
        return new ApplyPlan(ApplyMode.SETS, true, until);
    }

    /** The plan as the sessions allow: one applier sorts out what several have left, and goes on alone up to there. */
    ApplyPlan during(TargetSessions sessions) {
        if (!single && !sessions.ahead().isEmpty()) {
            return single(sessions.ahead().furthest());
        }
        return single || sessions.routing().appliers() > 1 ? this : new ApplyPlan(mode, true, until);
    }

    /** Says in words how it is done, for the log. */
    String way() {
        return switch (mode) {
            case SETS -> "by one applier";
            case IN_ORDER -> "change by change";
            case ONE_BY_ONE -> "transaction by transaction";
        };
    }

    /** The next way to try what did not go through this one. */
    ApplyPlan after(SuspectBatchException failure) {
        return single ? new ApplyPlan(mode.next(), true, failure.until()) : single(failure.until());
    }
}
