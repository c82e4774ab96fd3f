package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;

/** The servers' clocks agree: what the application dates must not go back at the cutover. */
final class ClocksCheck implements Check {
    private static final int TRIES = 3;

    private static final double TOLERATED_SECONDS = 2;

    @Override
    public Set<FindingCode> codes() {
        return Set.of(FindingCode.CLOCKS);
    }

    @Override
    public void run(CheckContext context) throws SQLException {
        Offset source = measure(context.source());
        Offset target = measure(context.target());
        look(context, target.seconds() - source.seconds(), source.uncertainty() + target.uncertainty());
    }

    /**
     * How far a server's clock is ahead of ours.
     *
     * @param seconds ahead
     * @param uncertainty seconds that it may be off, because the answer travels
     */
    private record Offset(double seconds, double uncertainty) {}

    private static Offset measure(Connection session) throws SQLException {
        Offset best = new Offset(0, Double.MAX_VALUE);
        for (int i = 0; i < TRIES; i++) {
            long asked = System.nanoTime();
            double before = System.currentTimeMillis() / 1e3;
            double there = Double.parseDouble(CheckContext.row(session, "SELECT extract(epoch FROM clock_timestamp())")
                    .get(0));
            double half = (System.nanoTime() - asked) / 2e9;
            if (half < best.uncertainty()) {
                best = new Offset(there - before - half, half);
            }
        }
        return best;
    }

    static void look(CheckContext context, double targetAhead, double uncertainty) {
        if (Math.abs(targetAhead) - uncertainty > TOLERATED_SECONDS) {
            context.add(
                    FindingCode.CLOCKS,
                    "target",
                    String.format(
                            Locale.ROOT,
                            "the target's clock is %.1f s %s the source's",
                            Math.abs(targetAhead),
                            targetAhead > 0 ? "ahead of" : "behind"),
                    String.format(Locale.ROOT, "clocks that differ by less than %.0f s", TOLERATED_SECONDS),
                    "chronyc tracking # on both hosts, and let both follow the same time servers");
        }
    }
}
