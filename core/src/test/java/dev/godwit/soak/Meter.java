package dev.godwit.soak;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.godwit.LiveTraffic;
import dev.godwit.MigrationRun;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.ServerSessions;
import dev.godwit.testkit.SessionKind;
import dev.godwit.testkit.TestkitException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures, and says each time what it has found. For one thread. */
final class Meter {
    private static final Logger LOG = LoggerFactory.getLogger(Meter.class);
    private static final long[] UNKNOWN = {-1, -1};
    private static final String SLOTS =
            "SELECT coalesce(max(pg_current_wal_flush_lsn() - confirmed_flush_lsn), -1) || ' ' ||"
                    + " coalesce(max(pg_current_wal_flush_lsn() - restart_lsn), -1) FROM pg_replication_slots WHERE NOT temporary";

    private final PostgresPair pair;
    private final LiveTraffic traffic;
    private final long beganNanos = System.nanoTime();
    private final List<Vitals> all = new ArrayList<>();

    Meter(PostgresPair pair, LiveTraffic traffic) {
        this.pair = pair;
        this.traffic = traffic;
        LOG.warn("{}", Vitals.header());
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }

    Vitals measure(Vitals.State state, MigrationRun run) {
        // Three times, as what has weak references to it, or cleaners, is gone with the second.
        System.gc();
        System.gc();
        long[] log = log();
        Vitals now = new Vitals(
                elapsed(),
                state,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                files(),
                sessions(ServerSessions.on(pair.source())),
                sessions(ServerSessions.on(pair.target())),
                log[0],
                log[1],
                Vitals.millis(run.status().replication()),
                traffic.acknowledged());
        LOG.warn("{}", now.line(rate(now)));
        all.add(now);
        return now;
    }

    private double rate(Vitals now) {
        if (all.isEmpty()) {
            return 0;
        }
        Vitals before = all.get(all.size() - 1);
        return (now.acknowledged() - before.acknowledged())
                * 1e3
                / Math.max(1, now.at().minus(before.at()).toMillis());
    }

    private static long files() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount()
                : 0;
    }

    /** Of a server that may be down. */
    private static int sessions(ServerSessions sessions) {
        try {
            return sessions.of(SessionKind.MIGRATION).count();
        } catch (TestkitException e) {
            LOG.debug("not measured", e);
            return -1;
        }
    }

    private long[] log() {
        try {
            String[] both =
                    pair.source().query(PostgresPair.DATABASE, SLOTS).get(0).split(" ", 2);
            return new long[] {Long.parseLong(both[0]), Long.parseLong(both[1])};
        } catch (TestkitException e) {
            LOG.debug("not measured", e);
            return UNKNOWN;
        }
    }

    /** What was measured while nothing was broken. */
    List<Vitals> quiet() {
        return all.stream()
                .filter(vitals -> vitals.state() == Vitals.State.QUIET)
                .toList();
    }
}
