package dev.godwit.testkit;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Servers that nobody has closed yet; they are closed when this JVM ends. Thread-safe. */
final class OpenServers {
    private static final Set<PostgresServer> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(OpenServers::closeAll, "testkit-postgres-shutdown"));
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

    private static void closeAll() {
        OPEN.forEach(PostgresServer::close);
    }
}
