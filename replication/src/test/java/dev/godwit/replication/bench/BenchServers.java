package dev.godwit.replication.bench;

import dev.godwit.testkit.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** One source and one target server with the same settings, and the programs of their version. */
final class BenchServers implements AutoCloseable {

    static final int MAJOR = 15;

    private final PostgresServer source = start();
    private final PostgresServer target = start();

    /**
     * Durable, and large enough that no checkpoint and no vacuum starts by itself in the middle of a measurement; both are run
     * between the measurements. The launcher's pause between two starts of a worker would be part of native's time.
     */
    private static PostgresServer start() {
        return PostgresServer.builder(MAJOR)
                .durable(true)
                .parameter("shared_buffers", System.getProperty("bench.sharedBuffers", "1GB"))
                .parameter("max_wal_size", "16GB")
                .parameter("checkpoint_timeout", "1d")
                .parameter("autovacuum", "off")
                .parameter("max_connections", "50")
                .parameter("wal_retrieve_retry_interval", "100ms")
                .start();
    }

    PostgresServer source() {
        return source;
    }

    PostgresServer target() {
        return target;
    }

    /** So that nobody pays for pages that another one has dirtied. */
    void checkpoint() {
        source.execute("postgres", "CHECKPOINT");
        target.execute("postgres", "CHECKPOINT");
    }

    /** A client program; the embedded binaries have none. */
    static Optional<Path> program(String name) {
        return Optional.ofNullable(System.getProperty("godwit.testkit.binaries"))
                .map(directory -> Path.of(directory, Integer.toString(MAJOR), "bin", name))
                .filter(Files::isExecutable);
    }

    String version() {
        return source.query("postgres", "SHOW server_version").get(0);
    }

    @Override
    public void close() {
        source.close();
        target.close();
    }
}
