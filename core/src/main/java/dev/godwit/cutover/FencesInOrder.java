package dev.godwit.cutover;

import dev.godwit.replication.Failures;
import dev.godwit.result.Finding;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Several fences as one. */
final class FencesInOrder implements WriteFence {
    private final List<WriteFence> fences;

    /** Those that are several themselves count as what they consist of: who of them closes the source is to be seen. */
    FencesInOrder(List<WriteFence> fences) {
        this.fences = fences.stream()
                .flatMap(fence -> fence instanceof FencesInOrder several ? several.fences.stream() : Stream.of(fence))
                .toList();
    }

    @Override
    public List<Finding> check(FenceContext context) throws SQLException {
        Set<Finding> findings = new LinkedHashSet<>();
        for (WriteFence fence : fences) {
            findings.addAll(fence.check(context));
        }
        return List.copyOf(findings);
    }

    @Override
    public RaisedFence raise(FenceContext context) throws Exception {
        List<RaisedFence> raised = new ArrayList<>();
        try {
            for (WriteFence fence : fences) {
                raised.add(fence.raise(raised.isEmpty() ? context : behind(raised.get(0), context)));
            }
            return new AllRaised(raised);
        } catch (Exception | Error e) {
            try {
                new AllRaised(raised).takeAway();
            } catch (Exception | Error lifting) {
                Failures.suppress(e, lifting);
                throw ReadOnlyDatabaseFence.stillClosed(context.migration(), e, lifting);
            }
            throw e;
        }
    }

    /** Writers do not run between the attempts of those that follow: these have what is left of the time to hold writers back. */
    private static FenceContext behind(RaisedFence first, FenceContext context) {
        Duration held = Duration.ofNanos(System.nanoTime() - first.pausedSinceNanos());
        Duration left = context.hold().minus(held);
        if (left.isNegative() || left.isZero()) {
            throw new IllegalStateException("the first of several fences has held writers back for " + held.toMillis()
                    + " ms before the next one could be raised, and all of them may take "
                    + context.hold().toMillis()
                    + " ms, the fence's share of maxWritePause; make that longer, or have the first fence hold sooner");
        }
        Deadline deadline = Deadline.after(left);
        return context.until(deadline.isBefore(context.deadline()) ? deadline : context.deadline());
    }

    /** From the last to the first, which is the order of undoing. */
    private static <T> List<T> backwards(List<T> fences) {
        List<T> reversed = new ArrayList<>(fences);
        Collections.reverse(reversed);
        return reversed;
    }

    @Override
    public void reopen(FenceContext context) throws Exception {
        Failures failures = new Failures();
        backwards(fences).forEach(fence -> failures.attempt(() -> fence.reopen(context)));
        failures.rethrow();
    }

    @Override
    public void reclose(FenceContext context) throws Exception {
        for (WriteFence fence : fences) {
            fence.reclose(context);
        }
    }

    /** All of them hold. */
    private record AllRaised(List<RaisedFence> fences) implements RaisedFence {

        @Override
        public long pausedSinceNanos() {
            return fences.get(0).pausedSinceNanos();
        }

        /**
         * The source is closed once, or who has found it closed could not open it: by who does so anyway, else by the last one of the
         * user's, when all of them were looked at once more.
         */
        private boolean leavesClosing(RaisedFence fence) {
            List<RaisedFence> closing =
                    fences.stream().filter(ClosingFence.class::isInstance).toList();
            return fence instanceof UserFence.Raised
                    && (!closing.stream().allMatch(UserFence.Raised.class::isInstance)
                            || !fence.equals(closing.get(closing.size() - 1)));
        }

        @Override
        public void beginSeal(Deadline deadline) throws Exception {
            for (RaisedFence fence : fences) {
                if (!leavesClosing(fence)) {
                    fence.beginSeal(deadline);
                }
            }
        }

        @Override
        public void seal(Deadline deadline) throws Exception {
            for (RaisedFence fence : fences) {
                if (fence instanceof UserFence.Raised user && leavesClosing(fence)) {
                    user.recheck(deadline);
                } else {
                    fence.seal(deadline);
                }
            }
        }

        @Override
        public void rehearseSeal(Deadline deadline) throws Exception {
            for (RaisedFence fence : fences) {
                fence.rehearseSeal(deadline);
            }
        }

        @Override
        public void requireSealed(Deadline deadline) throws Exception {
            for (RaisedFence fence : fences) {
                fence.requireSealed(deadline);
            }
        }

        /** What the user does to let writers go may itself be a write to the source, so that is open before. */
        @Override
        public void lift() throws Exception {
            Failures failures = new Failures();
            for (RaisedFence fence : fences) {
                if (fence instanceof ClosingFence closing) {
                    failures.attempt(closing::open);
                }
            }
            backwards(fences).forEach(fence -> failures.attempt(fence::lift));
            failures.rethrow();
        }

        /** For those that hold while another one cannot be raised. */
        void takeAway() throws Exception {
            Failures failures = new Failures();
            failures.attempt(this::lift);
            failures.attempt(this::close);
            failures.rethrow();
        }

        @Override
        public void close() {
            Failures failures = new Failures();
            backwards(fences).forEach(fence -> failures.attempt(fence::close));
            failures.rethrowUnchecked();
        }
    }
}
