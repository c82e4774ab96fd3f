package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import org.jspecify.annotations.Nullable;

/**
 * How a session applies.
 *
 * @param mode the way
 * @param until the source transaction after which the usual way is taken again, null for no end
 */
record ApplyPlan(ApplyMode mode, @Nullable Lsn until) {

    static final ApplyPlan USUAL = new ApplyPlan(ApplyMode.SETS, null);

    /** The next way to try what did not go through this one. */
    ApplyPlan after(SuspectBatchException failure) {
        return new ApplyPlan(mode.next(), failure.until());
    }
}
