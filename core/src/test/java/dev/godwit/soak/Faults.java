package dev.godwit.soak;

import dev.godwit.testkit.FaultProxy;
import dev.godwit.testkit.FaultProxy.Direction;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.ServerSessions;
import dev.godwit.testkit.SessionKind;
import dev.godwit.testkit.StopMode;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/** Breaks something, drawn by chance, and mends it again. For one thread. */
final class Faults {
    private static final int MOST_BYTES = 500_000;

    /**
     * One of two servers, and the way to it.
     *
     * @param name source or target
     * @param server the server
     * @param proxy the way
     * @param sessions what sessions the migration has there
     */
    record Side(String name, PostgresServer server, FaultProxy proxy, List<SessionKind> sessions) {

        static Side source(PostgresServer server, FaultProxy proxy) {
            return new Side("source", server, proxy, List.of(SessionKind.WALSENDER, SessionKind.MIGRATION));
        }

        static Side target(PostgresServer server, FaultProxy proxy) {
            return new Side(
                    "target", server, proxy, List.of(SessionKind.CONTROL, SessionKind.APPLY, SessionKind.MIGRATION));
        }
    }

    /** What ends a fault. */
    interface Mending {
        /** Has nothing to do. */
        Mending NONE = () -> {};

        void mend() throws Exception;
    }

    /** A kind of fault. */
    private interface Breaking {
        Mending begin() throws Exception;
    }

    private final Random random;
    private final Subject subject;
    private final Side target;
    private final Map<String, Breaking> kinds = new TreeMap<>();
    /** Those that may come on top of any other. */
    private final Map<String, Breaking> networks = new TreeMap<>();

    private final Map<String, Integer> begun = new TreeMap<>();
    private String detail = "";

    Faults(Random random, Subject subject, Side source, Side target) {
        this.random = random;
        this.subject = subject;
        this.target = target;
        for (Side side : List.of(source, target)) {
            addNetwork(side);
            addServer(side);
        }
        kinds.put("target locked", this::lock);
        kinds.put("process dies", this::die);
        kinds.putAll(networks);
    }

    private void addNetwork(Side side) {
        FaultProxy proxy = side.proxy();
        String of = side.name() + "'s network ";
        networks.put(of + "is cut", () -> {
            proxy.cut();
            return Mending.NONE;
        });
        networks.put(of + "is gone", () -> {
            proxy.refuse(true);
            proxy.cut();
            return () -> proxy.refuse(false);
        });
        networks.put(of + "stalls", () -> {
            proxy.stall(direction());
            return proxy::resume;
        });
        networks.put(of + "swallows", () -> {
            proxy.stall(direction());
            return () -> {
                proxy.cut();
                proxy.resume();
            };
        });
        networks.put(of + "is half open", () -> {
            proxy.halfOpen(direction());
            return proxy::cut;
        });
        networks.put(of + "is slow", () -> {
            Direction direction = direction();
            Duration latency = Duration.ofMillis(50 + random.nextInt(1950));
            detail += " by " + latency.toMillis() + " ms";
            proxy.latency(direction, latency);
            return () -> proxy.latency(direction, Duration.ZERO);
        });
        networks.put(of + "drips", () -> {
            Direction direction = direction();
            int rate = 100 + random.nextInt(10_000);
            detail += " " + rate + " B/s";
            proxy.drip(direction, rate);
            return () -> proxy.drip(direction, 0);
        });
        networks.put(of + "is reset", () -> {
            int bytes = 1 + random.nextInt(MOST_BYTES);
            detail += " after " + bytes + " B";
            proxy.resetAfter(direction(), bytes);
            return Mending.NONE;
        });
    }

    private Direction direction() {
        Direction direction = random.nextBoolean() ? Direction.TO_CLIENT : Direction.TO_SERVER;
        detail += " " + direction;
        return direction;
    }

    private void addServer(Side side) {
        for (StopMode mode : StopMode.values()) {
            kinds.put(side.name() + " is stopped " + mode, () -> {
                side.server().stop(mode);
                return side.server()::start;
            });
        }
        kinds.put(side.name() + "'s sessions are ended", () -> {
            ServerSessions sessions = ServerSessions.on(side.server()).of(SessionKind.MIGRATION);
            detail += " " + sessions.terminate();
            return Mending.NONE;
        });
        kinds.put(side.name() + "'s session is ended", () -> {
            SessionKind kind =
                    side.sessions().get(random.nextInt(side.sessions().size()));
            detail +=
                    " " + kind + " " + ServerSessions.on(side.server()).of(kind).terminateOne();
            return Mending.NONE;
        });
    }

    @SuppressWarnings("resource") // closed when it is mended
    private Mending lock() throws Exception {
        Connection outsider = target.server().connect(PostgresPair.DATABASE);
        try (Statement statement = outsider.createStatement()) {
            outsider.setAutoCommit(false);
            // One alone, or who waits for whom would be drawn by chance as well.
            statement.execute("LOCK TABLE workload.token IN ACCESS EXCLUSIVE MODE");
        }
        return outsider::close;
    }

    private Mending die() throws InterruptedException {
        detail += " " + subject.die(random);
        return subject::resume;
    }

    /** Begins one; one of four times two at once. Gives what ends it. */
    Mending begin() throws Exception {
        detail = "";
        List<Mending> mendings = new ArrayList<>();
        mendings.add(begin(kinds));
        if (random.nextInt(4) == 0) {
            detail += ", and ";
            mendings.add(begin(networks));
        }
        return () -> {
            // What came last ends first: the process is taken up when nothing is broken any more.
            for (int i = mendings.size() - 1; i >= 0; i--) {
                mendings.get(i).mend();
            }
        };
    }

    private Mending begin(Map<String, Breaking> of) throws Exception {
        List<String> names = List.copyOf(of.keySet());
        String name = names.get(random.nextInt(names.size()));
        begun.merge(name, 1, Integer::sum);
        detail += name;
        return Objects.requireNonNull(of.get(name)).begin();
    }

    /** What the last fault was. */
    String last() {
        return detail;
    }

    /** How many of each kind there were. */
    Map<String, Integer> begun() {
        return begun;
    }
}
