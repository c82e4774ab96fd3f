package dev.godwit.internal.engine;

import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import dev.godwit.internal.state.StateStore;

/**
 * Records, before traffic is switched, where the way back begins: at the end of the target's log. It is called behind the decision.
 * Until then nobody but this migration has written there, and each of its commits has returned; from then on everybody else does. So
 * exactly what came from the source lies before that point. If the process dies between the decision and this, the one that resumes
 * finds no point recorded, and so knows that traffic was not switched either: the point may as well be taken then.
 */
final class WayBackSwitch extends SwitchAround {
    private final StateStore state;

    WayBackSwitch(TrafficSwitch traffic, StateStore state) {
        super(traffic);
        this.state = state;
    }

    @Override
    public void stayOnSource(SwitchContext context) throws Exception {
        traffic().stayOnSource(context);
    }

    @Override
    public void switchToTarget(SwitchContext context) throws Exception {
        state.recordReverseStart();
        traffic().switchToTarget(context);
    }
}
