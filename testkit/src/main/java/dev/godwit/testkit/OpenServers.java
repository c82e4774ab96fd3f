package dev.godwit.testkit;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Servers that nobody has closed yet; they are closed when this JVM ends. Thread-safe. */
final class OpenServers {
    private static final Logger LOG = LoggerFactory.getLogger(OpenServers.class);
    private static final Set<PostgresServer> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(OPEN), "testkit-postgres-shutdown"));
    }

    private OpenServers() {}

    static void add(PostgresServer server) {
        OPEN.add(server);
    }

    static void remove(PostgresServer server) {
        OPEN.remove(server);
    }

    static Set<PostgresServer> all() {
        return Set.copyOf(OPEN);
    }

    /** One that cannot be closed keeps none of the others from it. */
    static void close(Iterable<PostgresServer> servers) {
        for (PostgresServer server : servers) {
            try {
                server.close();
            } catch (RuntimeException e) {
                LOG.warn("Cannot close a server of version {}", server.major(), e);
            }
        }
    }
}
