package dev.godwit.internal.engine;

import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;

/** The user's traffic switch with something around its decisions; what comes before them is passed on as it is. */
abstract class SwitchAround implements TrafficSwitch {
    private final TrafficSwitch traffic;

    SwitchAround(TrafficSwitch traffic) {
        this.traffic = traffic;
    }

    final TrafficSwitch traffic() {
        return traffic;
    }

    @Override
    public final void beforeFence(SwitchContext context) throws Exception {
        traffic.beforeFence(context);
    }

    @Override
    public final void fenced(SwitchContext context) throws Exception {
        traffic.fenced(context);
    }
}
