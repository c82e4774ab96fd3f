package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.cutover.Deadline;
import dev.godwit.cutover.FenceContext;
import dev.godwit.cutover.RaisedFence;
import dev.godwit.cutover.WriteFence;
import dev.godwit.cutover.WriteFences;
import dev.godwit.replication.ServerConnections;
import dev.godwit.result.Finding;
import dev.godwit.result.MigrationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long each of several fences may take. */
final class FencesInOrderTest {
    private static final Duration FENCE_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration HOLD = Duration.ofSeconds(20);

    private static FenceContext context(Duration timeout) {
        return new FenceContext(
                "orders",
                ServerConnections.of("jdbc:postgresql://nowhere/", new Properties()),
                List.of(),
                Deadline.after(timeout),
                HOLD,
                false,
                null);
    }

    @Test
    void thoseBehindTheFirstOneHaveWhatIsLeftOfTheTimeToHoldWritersBack() throws Exception {
        Noted first = new Noted(Duration.ofSeconds(5));
        Noted second = new Noted(Duration.ZERO);
        WriteFences.inOrder(first, second).raise(context(FENCE_TIMEOUT));
        assertThat(first.told.get(0).deadline().left()).isGreaterThan(HOLD);
        assertThat(first.told.get(0).hold()).isEqualTo(HOLD);
        assertThat(second.told.get(0).deadline().left()).isPositive().isLessThanOrEqualTo(HOLD.minusSeconds(5));
        assertThat(second.told.get(0).hold()).isPositive().isLessThanOrEqualTo(HOLD.minusSeconds(5));
    }

    @Test
    void thoseBehindTheFirstOneHaveNoMoreThanTheFirstOneHad() throws Exception {
        Noted second = new Noted(Duration.ZERO);
        WriteFences.inOrder(new Noted(Duration.ZERO), second).raise(context(Duration.ofSeconds(3)));
        assertThat(second.told.get(0).deadline().left()).isLessThanOrEqualTo(Duration.ofSeconds(3));
        assertThat(second.told.get(0).hold()).isLessThanOrEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void noneIsRaisedBehindOneThatHasTakenAllOfTheTime() {
        Noted first = new Noted(HOLD.plusSeconds(1));
        Noted second = new Noted(Duration.ZERO);
        WriteFence both = WriteFences.inOrder(first, second);
        assertThatThrownBy(() -> both.raise(context(FENCE_TIMEOUT)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has held writers back for 21")
                .hasMessageContaining("may take 20000 ms, the fence's share of maxWritePause");
        assertThat(second.told).isEmpty();
        assertThat(first.lifted).isEqualTo(1);
    }

    @Test
    void eachIsLiftedAndFreedWhateverBecomesOfTheOthers() throws Exception {
        Noted first = new Noted(Duration.ZERO);
        Noted second = new Noted(Duration.ZERO);
        second.failure = new IllegalStateException("the pooler says no");
        second.unfreed = new IllegalStateException("nor now");
        RaisedFence raised = WriteFences.inOrder(first, second, first).raise(context(FENCE_TIMEOUT));
        assertThatThrownBy(raised::lift).isSameAs(second.failure);
        assertThatThrownBy(raised::close).isSameAs(second.unfreed);
        assertThat(first.lifted).isEqualTo(2);
        assertThat(first.freed).isEqualTo(2);
    }

    @Test
    void oneThatCannotBeRaisedHasThoseBeforeItLiftedThoughTheyFailWithTheVerySameException() {
        RuntimeException always = new IllegalStateException("the pooler says no");
        Noted first = new Noted(Duration.ZERO);
        first.failure = always;
        first.unfreed = always;
        WriteFence second = new Noted(Duration.ZERO) {
            @Override
            public RaisedFence raise(FenceContext context) {
                throw always;
            }
        };
        WriteFence both = WriteFences.inOrder(first, second);
        assertThatThrownBy(() -> both.raise(context(FENCE_TIMEOUT)))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("the fence does not hold (the pooler says no)")
                .hasMessageContaining("could not be taken away (the pooler says no)")
                .hasCause(always);
        assertThat(first.lifted).isEqualTo(1);
        assertThat(first.freed).isEqualTo(1);
    }

    /** Holds at once, and says that it has for a while. */
    static class Noted implements WriteFence {
        private final Duration held;
        private final List<FenceContext> told = new ArrayList<>();
        private int lifted;
        int freed;

        /** What lifting it ends with, and freeing it. */
        @Nullable
        RuntimeException failure;

        @Nullable
        RuntimeException unfreed;

        Noted(Duration held) {
            this.held = held;
        }

        @Override
        public List<Finding> check(FenceContext context) {
            return List.of();
        }

        @Override
        public RaisedFence raise(FenceContext context) {
            told.add(context);
            long since = System.nanoTime() - held.toNanos();
            return new RaisedFence() {
                @Override
                public long pausedSinceNanos() {
                    return since;
                }

                @Override
                public void seal(Deadline deadline) {}

                @Override
                public void lift() {
                    lifted++;
                    fail(failure);
                }

                @Override
                public void close() {
                    freed++;
                    fail(unfreed);
                }
            };
        }

        private static void fail(@Nullable RuntimeException failure) {
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void reopen(FenceContext context) {}

        @Override
        public void reclose(FenceContext context) {}
    }
}
