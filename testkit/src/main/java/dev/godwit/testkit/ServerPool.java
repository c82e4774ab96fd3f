package dev.godwit.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The servers that tests share: one per kind and version for tests that run one after the other. A test has its servers to itself
 * from {@link #lease} to {@link Lease#close}; one that runs at the same time and asks for the same version waits, or gets a server more if
 * the system property {@code godwit.testkit.parallel} allows more than one test of a version at a time. Thread-safe.
 */
final class ServerPool {
    /** How many tests may use servers of one version at the same time. */
    static final String PARALLEL_PROPERTY = "godwit.testkit.parallel";

    private static final ServerPool INSTANCE = new ServerPool();

    private final Map<Key, List<Place>> places = new HashMap<>();

    private record Key(ServerKind kind, String major) {}

    /** A server, or where one will be. What is in it belongs to the thread that has taken it. */
    private static final class Place {
        private final Key key;
        private final int index;
        private @Nullable Thread holder;
        private volatile @Nullable PostgresServer server;

        Place(Key key, int index) {
            this.key = key;
            this.index = index;
        }

        PostgresServer start() {
            PostgresServer running = server;
            // a test may have closed it, or its directory may have been kept
            if (running == null || running.isClosed()) {
                running = PostgresServer.builder(key.major)
                        .servers(key.kind)
                        .second(index % 2 == 1)
                        .start();
                server = running;
            }
            return running;
        }
    }

    /** Places of servers that one test has to itself, in the order in which it asked for them. Used by the test's thread. */
    static final class Lease implements AutoCloseable {
        private final List<Place> places;
        private List<PostgresServer> servers = List.of();

        private Lease(List<Place> places) {
            this.places = places;
        }

        /** Starts those that are not running yet. */
        List<PostgresServer> start() {
            servers = places.stream().map(Place::start).toList();
            return servers;
        }

        /** None before the start. */
        List<PostgresServer> servers() {
            return servers;
        }

        @Override
        public void close() {
            INSTANCE.release(places);
        }
    }

    /** Waits until servers of these versions are free, and takes them. */
    static Lease lease(ServerKind kind, List<String> majors) {
        return new Lease(INSTANCE.take(majors.stream()
                .map(major -> new Key(kind.resolved(major), major))
                .toList()));
    }

    /** The first or second server of a version, which nobody is kept from using at the same time. */
    static PostgresServer shared(String major, int index) {
        return INSTANCE.place(new Key(ServerKind.CONFIGURED.resolved(major), major), index)
                .start();
    }

    /** All servers that are shared. */
    static List<PostgresServer> servers() {
        synchronized (INSTANCE) {
            return INSTANCE.places.values().stream()
                    .flatMap(List::stream)
                    .flatMap(place -> Stream.ofNullable(place.server))
                    .toList();
        }
    }

    private synchronized Place place(Key key, int index) {
        List<Place> all = places.computeIfAbsent(key, k -> new ArrayList<>());
        while (all.size() <= index) {
            all.add(new Place(key, all.size()));
        }
        return all.get(index);
    }

    /** All at once, so that two tests never wait for one another. */
    private synchronized List<Place> take(List<Key> keys) {
        List<Place> free = free(keys);
        while (free.size() < keys.size()) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TestkitException("Interrupted while waiting for servers that other tests use", e);
            }
            free = free(keys);
        }
        free.forEach(place -> place.holder = Thread.currentThread());
        return free;
    }

    private List<Place> free(List<Key> keys) {
        List<Place> found = new ArrayList<>();
        for (Key key : keys) {
            int wanted = (int) keys.stream().filter(key::equals).count();
            for (int i = 0; i < limit(key, wanted); i++) {
                Place place = place(key, i);
                if (place.holder == null && !found.contains(place)) {
                    found.add(place);
                    break;
                }
            }
        }
        return found;
    }

    /** A thread that holds servers and asks for more runs a test within a test, which the outer one would wait for for ever. */
    private int limit(Key key, int wanted) {
        boolean nested = places.values().stream()
                .flatMap(List::stream)
                .anyMatch(place -> place.holder == Thread.currentThread());
        if (key.kind == ServerKind.EXTERNAL) {
            return wanted;
        }
        return nested ? Integer.MAX_VALUE : wanted * Math.max(1, Integer.getInteger(PARALLEL_PROPERTY, 1));
    }

    private synchronized void release(List<Place> taken) {
        taken.forEach(place -> place.holder = null);
        notifyAll();
    }
}
