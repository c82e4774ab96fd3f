package dev.godwit.internal.cutover;

import dev.godwit.internal.plan.MigrationPlan.VerifiedSettings;
import dev.godwit.internal.state.VerificationStore;
import dev.godwit.internal.state.VerificationStore.Recorded;
import dev.godwit.internal.verify.ChangedRows;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The verification without which the plan allows no cutover. Used by one thread.
 *
 * @param context what the cutover works with
 */
record VerifiedGate(CutoverContext context) {
    private static final String AGAIN = "; verify again (run.verify(), every value of every table), then cut over";

    /** Refuses, before writers wait, unless both sides were found equal as the plan wants it. */
    void require(Connection target) throws SQLException {
        VerifiedSettings wanted = context.plan().cutover().verified();
        if (!wanted.isRequired()) {
            return;
        }
        VerificationStore store = new VerificationStore(context.plan().name());
        Recorded whole = store.lastWhole(target)
                .orElseThrow(() -> refused(
                        "the plan requires a verification of everything (requireVerified, recheckChanges), and there was none"
                                + AGAIN));
        store.lastDifferent(target).ifPresent(different -> {
            throw refused("the verification at " + different.lsn()
                    + " has found differences; make them good (repair, copyAfresh)" + AGAIN);
        });
        if (!wanted.maxAge().isZero() && whole.age().isNegative()) {
            throw refused("the last verification of everything, at " + whole.lsn()
                    + ", lies in the future of the target's clock, which was set back: nobody knows whether it is older than "
                    + wanted.maxAge() + ", which requireVerified allows" + AGAIN);
        }
        if (!wanted.maxAge().isZero() && whole.age().compareTo(wanted.maxAge()) > 0) {
            throw refused("the last verification of everything, at " + whole.lsn() + ", is " + whole.age()
                    + " old, and requireVerified allows " + wanted.maxAge() + AGAIN);
        }
        for (var copied : context.state().tables().copied().entrySet()) {
            if (copied.getValue().syncedLsn().isAfter(whole.lsn())) {
                throw refused(
                        "table " + copied.getKey() + " was added, or copied afresh, after the last verification of"
                                + " everything, at " + whole.lsn() + AGAIN);
            }
        }
        if (wanted.isRechecked()) {
            requireKnownChanges(whole);
        }
    }

    private void requireKnownChanges(Recorded whole) {
        ChangedRows changed = context.changed().orElse(null);
        if (changed == null || !changed.since().equals(whole.lsn())) {
            throw refused("recheckChanges wants what was changed since the verification at " + whole.lsn()
                    + " to be compared again, and another process has made that one, so this one does not know the changes"
                    + AGAIN);
        }
        changed.rows().whyUnknown().ifPresent(why -> {
            throw refused("recheckChanges wants what was changed since the verification at " + whole.lsn()
                    + " to be compared again, and that is not possible: since then " + why + AGAIN);
        });
    }

    private static IllegalStateException refused(String why) {
        return new IllegalStateException(why);
    }
}
