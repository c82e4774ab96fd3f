package dev.godwit.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link PostgresServer}. Defaults: a fresh temporary directory, a free port on 127.0.0.1, not durable, UTF-8, locale C,
 * trust authentication for everyone, {@code wal_level=logical} with 20 slots and 20 WAL senders, prepared transactions allowed,
 * time zone UTC.
 *
 * <p>Not thread-safe.
 */
public final class PostgresServerBuilder {
    private final String major;
    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final List<String> initdbArguments = new ArrayList<>();
    private @Nullable Path directory;
    private boolean durable;
    private int port;

    PostgresServerBuilder(String major) {
        this.major = major;
    }

    /**
     * Sets a parameter of {@code postgresql.conf}, in place of the testkit's or PostgreSQL's default.
     *
     * @param name the parameter's name
     * @param value the value as one would write it after {@code SET name TO}, without quotes
     * @return this builder
     */
    public PostgresServerBuilder parameter(String name, String value) {
        parameters.put(name, value);
        return this;
    }

    /**
     * Whether what was committed survives the loss of the machine's memory ({@code fsync} and {@code full_page_writes} on).
     * Default false: a killed server recovers all the same, because the operating system keeps what was written.
     *
     * @param on true for a server as slow and safe as in production
     * @return this builder
     */
    public PostgresServerBuilder durable(boolean on) {
        this.durable = on;
        return this;
    }

    /**
     * Keeps data and log in this directory, which {@link PostgresServer#close} then leaves in place. A cluster that is found in
     * it is started as it is. Where the tests run as root, every directory above must be open to other users.
     *
     * @param directory created if absent
     * @return this builder
     */
    public PostgresServerBuilder directory(Path directory) {
        this.directory = directory;
        return this;
    }

    /**
     * Listens on this port instead of a free one.
     *
     * @param port 1 to 65535
     * @return this builder
     */
    public PostgresServerBuilder port(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port must be 1 to 65535, was " + port);
        }
        this.port = port;
        return this;
    }

    /**
     * Adds arguments for {@code initdb}, for example {@code -E LATIN1}.
     *
     * @param arguments appended to the testkit's own, which they override
     * @return this builder
     */
    public PostgresServerBuilder initdbArguments(String... arguments) {
        initdbArguments.addAll(List.of(arguments));
        return this;
    }

    /**
     * Finds the binaries, creates the cluster and starts the server.
     *
     * @return the server, accepting connections
     * @throws TestkitException if the binaries cannot be found or the server does not start; the message holds its log
     */
    public PostgresServer start() {
        Path home = PostgresBinaries.home(major);
        ServerDirectory files = directory == null ? ServerDirectory.temporary(major) : ServerDirectory.at(directory);
        PostgresServer server;
        try {
            files.initialise(home, initdbArguments, durable);
            server = new PostgresServer(major, home, files, settings());
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
        try {
            server.startOnPort(port);
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listen_addresses", "127.0.0.1");
        settings.put(
                Platform.WINDOWS ? "unix_socket_permissions" : "unix_socket_directories",
                Platform.WINDOWS ? "0777" : "");
        settings.put("fsync", durable ? "on" : "off");
        settings.put("full_page_writes", durable ? "on" : "off");
        settings.put("synchronous_commit", "on");
        settings.put("wal_level", "logical");
        settings.put("max_replication_slots", "20");
        settings.put("max_wal_senders", "20");
        settings.put("max_worker_processes", "20");
        settings.put("max_prepared_transactions", "20");
        settings.put("max_connections", "100");
        settings.put("max_wal_size", "2GB");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("log_line_prefix", "%m [%p] %q%u@%d %a ");
        settings.putAll(parameters);
        return settings;
    }
}
