package dev.godwit;

import dev.godwit.cutover.SwitchContext;
import dev.godwit.cutover.TrafficSwitch;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what it is told. */
class Told implements TrafficSwitch {
    final List<String> calls = new CopyOnWriteArrayList<>();

    @Override
    public void beforeFence(SwitchContext context) throws Exception {
        calls.add("before fence");
    }

    @Override
    public void fenced(SwitchContext context) throws Exception {
        calls.add("fenced");
    }

    @Override
    public void switchToTarget(SwitchContext context) throws Exception {
        calls.add("switch");
    }

    @Override
    public void stayOnSource(SwitchContext context) throws Exception {
        calls.add(context.repeated() ? "stay again" : "stay");
    }
}
