package dev.godwit.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link PostgresServer}. Defaults: embedded unless {@link ServerKind configured} otherwise, a fresh temporary directory, a
 * free port on 127.0.0.1, not durable, UTF-8, locale C, trust authentication for everyone, {@code wal_level=logical} with 20 slots and
 * 20 WAL senders, prepared transactions allowed, time zone UTC.
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
    private ServerKind servers = ServerKind.CONFIGURED;
    private boolean second;
    private @Nullable ShiftedClock clock;

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
     * Keeps the data directory ({@code data}) and the log ({@code postgres.log}) in this directory, which {@link PostgresServer#close}
     * then leaves in place. A cluster that is there already is started, with this builder's parameters, and with a
     * {@code pg_hba.conf} that lets everyone in, if the testkit has made it: by this method before, or for a test that failed
     * ({@link PostgresPairTest}). Any other is refused and left as it is; so is one of another version, or in use, and one that
     * {@link #initdbArguments} are given for. Where the tests run as root, every directory above must be open to other users.
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
     * Chooses where the server comes from. Default: {@link ServerKind#CONFIGURED}. Directories are for embedded servers only; an
     * external one is taken as it is.
     *
     * @param kind embedded, container or external
     * @return this builder
     */
    public PostgresServerBuilder servers(ServerKind kind) {
        this.servers = kind;
        return this;
    }

    /**
     * Lets the server go by a clock that differs from this machine's. For embedded servers only.
     *
     * @param clock of this server, or of several
     * @return this builder
     */
    public PostgresServerBuilder clock(ShiftedClock clock) {
        this.clock = clock;
        return this;
    }

    /** The second external server of this version, for a pair of one version. */
    PostgresServerBuilder second(boolean other) {
        this.second = other;
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
     * Finds the binaries or the image, creates the cluster and starts the server; connects to an external one.
     *
     * @return the server, accepting connections
     * @throws TestkitException if the binaries, the image or the URL cannot be found, if a {@link #directory} holds what cannot be used, or
     *     if the server does not start; then the message holds its log
     */
    public PostgresServer start() {
        return switch (servers.resolved(major)) {
            case CONTAINER -> startContainer();
            case EXTERNAL -> connectExternal();
            case EMBEDDED, CONFIGURED -> startEmbedded();
        };
    }

    private PostgresServer startEmbedded() {
        if (directory != null) {
            FoundCluster.requireUsable(directory, major, initdbArguments);
        }
        Path home = PostgresBinaries.home(major);
        ServerDirectory files = directory == null ? ServerDirectory.temporary(major) : ServerDirectory.at(directory);
        EmbeddedServer embedded;
        try {
            files.initialise(home, initdbArguments, durable);
            embedded = new EmbeddedServer(
                    "PostgreSQL " + major,
                    home,
                    files,
                    embeddedSettings(),
                    clock == null ? Map.of() : clock.environment());
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
        // known before it runs, so that it ends with this JVM
        PostgresServer server = new PostgresServer(major, embedded);
        try {
            embedded.startOnPort(port);
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private PostgresServer startContainer() {
        if (directory != null) {
            throw new TestkitException("A server in a container has no directory on this machine: leave out directory("
                    + directory + "), or ask for servers(ServerKind.EMBEDDED)");
        }
        requireOwnClock();
        try {
            Class.forName("org.testcontainers.containers.GenericContainer");
        } catch (ClassNotFoundException e) {
            throw new TestkitException(
                    "PostgreSQL " + major + " in a container takes Testcontainers: add a test dependency on"
                            + " org.testcontainers:testcontainers 2, or ask for embedded servers",
                    e);
        }
        List<String> initdb = new ArrayList<>(List.of("-E", "UTF8", "--no-locale"));
        if (!durable) {
            initdb.add("-N");
        }
        initdb.addAll(initdbArguments);
        return new PostgresServer(major, ContainerServer.start(major, initdb, settings(), port));
    }

    private void requireOwnClock() {
        if (clock != null) {
            throw new TestkitException(
                    "Only an embedded server can have a clock of its own: leave out clock(…), or ask for"
                            + " servers(ServerKind.EMBEDDED)");
        }
    }

    private PostgresServer connectExternal() {
        requireOwnClock();
        if (directory != null || port != 0 || durable || !parameters.isEmpty() || !initdbArguments.isEmpty()) {
            throw new TestkitException("An external PostgreSQL " + major + " is as it is: a test that chooses its"
                    + " parameters, port or directory needs servers(ServerKind.EMBEDDED)");
        }
        return new PostgresServer(major, ExternalServer.connect(major, second));
    }

    private Map<String, String> embeddedSettings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("listen_addresses", "127.0.0.1");
        settings.put(
                Platform.WINDOWS ? "unix_socket_permissions" : "unix_socket_directories",
                Platform.WINDOWS ? "0777" : "");
        settings.putAll(settings());
        return settings;
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
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
