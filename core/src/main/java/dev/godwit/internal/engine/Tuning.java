package dev.godwit.internal.engine;

import dev.godwit.internal.copy.CopyControl;
import dev.godwit.internal.plan.MigrationPlan;
import java.util.function.BooleanSupplier;

/**
 * What of a run may be changed while it is under way. It lasts as long as the run, and is not recorded: another process begins with what
 * its builder was given. Safe for use by any thread.
 */
final class Tuning {
    private final CopyControl copy;
    private volatile int appliers;

    /**
     * Makes one.
     *
     * @param paused tells whether the run is to stand still
     */
    Tuning(MigrationPlan plan, BooleanSupplier paused) {
        this.copy = new CopyControl(plan.copy(), paused);
        this.appliers = plan.apply().appliers();
    }

    CopyControl copy() {
        return copy;
    }

    int appliers() {
        return appliers;
    }

    /** Sets how many sessions of the target apply changes; whoever applies begins anew for that. */
    void appliers(int most) {
        appliers = most;
    }

    /** Goes on only if the run is not to stand still. */
    void check() {
        copy.check();
    }
}
