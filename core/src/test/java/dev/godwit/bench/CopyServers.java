package dev.godwit.bench;

import dev.godwit.testkit.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One source and one target server with the same settings, and the programs of their version. */
final class CopyServers implements AutoCloseable {
    static final int MAJOR = 15;
    static final int WORKERS = 2;

    private final PostgresServer source;
    private final PostgresServer target;

    CopyServers() {
        this(true);
    }

    /** Starts both; who waits for the disk is durable. */
    CopyServers(boolean durable) {
        source = start(durable);
        target = start(durable);
    }

    /** Large enough that no checkpoint and no vacuum starts by itself in the middle of a measurement. */
    private static PostgresServer start(boolean durable) {
        return PostgresServer.builder(MAJOR)
                .durable(durable)
                .parameter("shared_buffers", System.getProperty("bench.sharedBuffers", "1GB"))
                .parameter("max_wal_size", "16GB")
                .parameter("checkpoint_timeout", "1d")
                .parameter("autovacuum", "off")
                .parameter("max_connections", "50")
                .parameter("max_locks_per_transaction", "1000")
                .parameter("max_replication_slots", "20")
                .parameter("max_wal_senders", "20")
                .parameter("max_sync_workers_per_subscription", Integer.toString(WORKERS))
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

    /** A program of the servers' version; the embedded binaries have none. */
    static Optional<Path> program(String name) {
        return Optional.ofNullable(System.getProperty("godwit.testkit.binaries"))
                .map(directory -> Path.of(directory, Integer.toString(MAJOR), "bin", name))
                .filter(Files::isExecutable);
    }

    /** A program that is looked for where the shell would. */
    static Optional<Path> onPath(String name) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
            Path program = Path.of(directory, name);
            if (Files.isExecutable(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }

    /** How a program finds a database. */
    static String uri(PostgresServer server, String database) {
        return "postgresql://" + server.superuser() + "@127.0.0.1:" + server.port() + "/" + database;
    }

    /** Runs a program to its end. */
    static void run(Path program, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed:\n" + output);
        }
    }

    @Override
    public void close() {
        source.close();
        target.close();
    }
}
