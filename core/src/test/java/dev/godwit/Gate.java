package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.cutover.CustomFence;
import dev.godwit.cutover.FenceContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a user might have made, that holds nobody back. */
final class Gate implements CustomFence {
    final List<String> calls = new CopyOnWriteArrayList<>();
    volatile Deed raising = () -> {};
    volatile Deed behind = () -> {};
    volatile Deed lifting = () -> {};

    /** What happens meanwhile. */
    interface Deed {
        void run() throws Exception;
    }

    @Override
    public void raise(FenceContext context) throws Exception {
        calls.add("raise");
        raising.run();
    }

    @Override
    public void recheck(FenceContext context) throws Exception {
        calls.add("recheck");
        behind.run();
    }

    @Override
    public void lift(FenceContext context) throws Exception {
        // More than the fence had to be raised, which may be spent by now.
        assertThat(context.deadline().left()).isGreaterThan(FencesIT.FENCE_TIMEOUT);
        calls.add("lift");
        lifting.run();
    }
}
