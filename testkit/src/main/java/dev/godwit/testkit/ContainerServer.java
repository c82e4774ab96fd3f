package dev.godwit.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * A server in a container that Testcontainers runs. Only this class needs Testcontainers, and is loaded only where a container is asked
 * for.
 *
 * <p>Parameters are in a file of their own beside the data directory, so that those of a test can be taken back; the port is chosen
 * here, so that it stays the same when the container is started again.
 */
final class ContainerServer extends OwnServer {
    static final String IMAGE_PROPERTY = "godwit.testkit.image";
    static final String IMAGE_VARIABLE = "GODWIT_TESTKIT_IMAGE";

    private static final String DATA = "/var/lib/postgresql/godwit";
    private static final String CONFIGURATION = "/etc/godwit-testkit.conf";
    private static final int READABLE = 0100644;

    private final int port;
    private final GenericContainer<?> container;
    private boolean closed;

    private ContainerServer(String name, String image, int port, List<String> initdb, Map<String, String> parameters) {
        super(name + " in " + image, parameters);
        this.port = port;
        this.container = new GenericContainer<>(DockerImageName.parse(image))
                .withEnv("POSTGRES_USER", SUPERUSER)
                .withEnv("POSTGRES_PASSWORD", SUPERUSER)
                .withEnv("POSTGRES_INITDB_ARGS", String.join(" ", initdb))
                .withEnv("PGDATA", DATA)
                .withCommand("postgres", "-c", "config_file=" + CONFIGURATION)
                .waitingFor(new AbstractWaitStrategy() {
                    /** The server is ready when it accepts connections, which is waited for here. */
                    @Override
                    protected void waitUntilReady() {}
                });
        container.setPortBindings(List.of(port + ":5432"));
    }

    /** Creates the container and starts it. */
    static ContainerServer start(String major, List<String> initdb, Map<String, String> parameters, int wantedPort) {
        Map<String, String> all = new LinkedHashMap<>(parameters);
        all.put("listen_addresses", "*");
        int port = wantedPort != 0 ? wantedPort : EmbeddedServer.freePort();
        ContainerServer server = new ContainerServer("PostgreSQL " + major, image(major), port, initdb, all);
        try {
            server.writeParameters();
            server.container.start();
            server.awaitReady();
            server.writeOpenHba();
            server.reload();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static String image(String major) {
        String variable = System.getenv(IMAGE_VARIABLE);
        String pattern = System.getProperty(IMAGE_PROPERTY, variable != null ? variable : "postgres:{major}");
        return pattern.replace("{major}", major);
    }

    private void awaitReady() {
        await(
                () -> {
                    boolean accepts = accepts();
                    if (!accepts && !isRunning()) {
                        throw new TestkitException(name + " ended instead of starting:\n" + log());
                    }
                    return accepts;
                },
                "does not accept connections");
    }

    private boolean accepts() {
        try (Connection connection = address().connectOwn("postgres")) {
            return connection.isValid(10);
        } catch (SQLException e) {
            return false;
        }
    }

    private DockerClient docker() {
        return container.getDockerClient();
    }

    @Override
    public ServerKind kind() {
        return ServerKind.CONTAINER;
    }

    @Override
    public ServerAddress address() {
        return new ServerAddress(container.getHost(), port, SUPERUSER, SUPERUSER, "");
    }

    @Override
    public synchronized void start() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
        if (!isRunning()) {
            docker().startContainerCmd(container.getContainerId()).exec();
            awaitReady();
        }
    }

    @Override
    public synchronized void stop(StopMode mode) {
        if (!isRunning()) {
            return;
        }
        String signal = switch (mode) {
            case FAST -> "SIGINT";
            case IMMEDIATE -> "SIGQUIT";
            case KILL -> "SIGKILL";
        };
        signal(signal);
        await(() -> !isRunning(), "did not stop after " + signal);
    }

    private void signal(String signal) {
        docker().killContainerCmd(container.getContainerId()).withSignal(signal).exec();
    }

    @Override
    public boolean isRunning() {
        return container.getContainerId() != null && container.isRunning();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        try {
            container.stop();
        } finally {
            // it knows its container no more, also where it could not stop it
            closed = true;
        }
    }

    @Override
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    void writeParameters(Map<String, String> parameters) {
        Transferable file = Transferable.of(parameterFile(parameters).getBytes(StandardCharsets.UTF_8), READABLE);
        if (container.getContainerId() == null) {
            container.withCopyToContainer(file, CONFIGURATION);
        } else {
            container.copyFileToContainer(file, CONFIGURATION);
        }
    }

    @Override
    void writeHba(List<String> lines) {
        byte[] content = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        container.copyFileToContainer(Transferable.of(content, READABLE), DATA + "/pg_hba.conf");
    }

    /** By SQL, which needs a running server: the file belongs to the server's user in the container. */
    @Override
    synchronized boolean discardAlterSystem() {
        start();
        try (Connection connection = address().connectOwn("postgres");
                var statement = connection.createStatement()) {
            try (var rows = statement.executeQuery(
                    "SELECT count(*) FROM pg_file_settings" + " WHERE sourcefile LIKE '%/postgresql.auto.conf'")) {
                rows.next();
                if (rows.getLong(1) == 0) {
                    return false;
                }
            }
            statement.execute("ALTER SYSTEM RESET ALL");
            return true;
        } catch (SQLException e) {
            throw new TestkitException("Cannot reset the parameters of " + name, e);
        }
    }

    @Override
    void signalReload() {
        signal("SIGHUP");
    }

    @Override
    List<String> clients() {
        return List.of("all");
    }

    @Override
    public String log() {
        if (container.getContainerId() == null) {
            return "";
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        ResultCallback.Adapter<Frame> frames = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(Frame frame) {
                text.writeBytes(frame.getPayload());
            }
        };
        try (frames) {
            docker().logContainerCmd(container.getContainerId())
                    .withStdOut(true)
                    .withStdErr(true)
                    .exec(frames);
            if (!frames.awaitCompletion(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new TestkitException("The log of " + name + " does not come to an end within " + LIMIT);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the log of " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestkitException("Interrupted while reading the log of " + name, e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    @Override
    public Path logFile() {
        throw new UnsupportedOperationException(
                "The log of " + name + " is no file of this machine; log() has its text");
    }

    @Override
    public Path dataDirectory() {
        throw new UnsupportedOperationException("The data of " + name + " are in its container, not on this machine");
    }

    /** The log as text and the data directory as a tar archive. */
    @Override
    public synchronized Optional<Path> keep(Path directory) {
        if (closed) {
            return Optional.empty();
        }
        stop(StopMode.FAST);
        try (InputStream data = docker().copyArchiveFromContainerCmd(container.getContainerId(), DATA)
                .exec()) {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("postgres.log"), log());
            Files.copy(data, directory.resolve(ServerDirectory.PACKED));
        } catch (IOException e) {
            throw new TestkitException("Cannot keep the data of " + name + " in " + directory, e);
        }
        close();
        return Optional.of(directory);
    }

    @Override
    public Optional<Long> process() {
        return Optional.empty();
    }
}
