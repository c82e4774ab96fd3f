package dev.godwit.internal.cutover;

import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.replication.Failures;
import dev.godwit.replication.Lsn;

/** Tells the user's traffic switch at each point what to do. Used by one thread. */
final class Traffic {
    private final String migration;
    private final TrafficSwitch trafficSwitch;
    /** Clients may be held back by the switch. */
    private boolean told;

    /**
     * Has told nothing yet.
     *
     * @param trafficSwitch is told; one that does nothing for a rehearsal
     */
    Traffic(String migration, TrafficSwitch trafficSwitch) {
        this.migration = migration;
        this.trafficSwitch = trafficSwitch;
    }

    private SwitchContext known(Lsn end) {
        return new SwitchContext(migration, end, false);
    }

    /** Told once, however often a fence is tried. */
    void beforeFence() throws Exception {
        if (!told) {
            told = true;
            trafficSwitch.beforeFence(known(Lsn.ZERO));
        }
    }

    void fenced() throws Exception {
        trafficSwitch.fenced(known(Lsn.ZERO));
    }

    void switchToTarget(Lsn end) throws Exception {
        trafficSwitch.switchToTarget(known(end));
    }

    /** Lets traffic go on where it was, if it was told anything, once the source takes writes again. */
    void stay(Lsn end, Throwable reverted) {
        if (told) {
            told = false;
            try {
                trafficSwitch.stayOnSource(known(end));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                Failures.suppress(reverted, e);
            } catch (Exception | Error e) {
                Failures.suppress(reverted, e);
            }
        }
    }
}
