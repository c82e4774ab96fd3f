package dev.godwit.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A server that is a process of this machine, from binaries that the testkit has found. */
final class EmbeddedServer extends OwnServer {
    private static final int PORT_ATTEMPTS = 10;

    private final Path home;
    private final ServerDirectory directory;
    private final Map<String, String> environment;
    private volatile int port;
    private @Nullable ServerProcess process;
    private boolean closed;

    EmbeddedServer(
            String name,
            Path home,
            ServerDirectory directory,
            Map<String, String> parameters,
            Map<String, String> environment) {
        super(name, parameters);
        this.home = home;
        this.directory = directory;
        this.environment = Map.copyOf(environment);
        writeOpenHba();
    }

    @Override
    public ServerKind kind() {
        return ServerKind.EMBEDDED;
    }

    @Override
    public ServerAddress address() {
        return new ServerAddress("127.0.0.1", port, SUPERUSER, "", "");
    }

    /** A port that turns out to be taken after all is replaced, unless it was asked for. */
    synchronized void startOnPort(int wanted) {
        for (int attempt = 1; ; attempt++) {
            port = wanted != 0 ? wanted : freePort();
            try {
                start();
                return;
            } catch (TestkitException e) {
                String message = String.valueOf(e.getMessage());
                if (wanted != 0 || attempt == PORT_ATTEMPTS || !message.contains("could not bind")) {
                    throw e;
                }
            }
        }
    }

    /** Below the range that the kernel hands out for outgoing connections, so that a stopped server's port stays free. */
    static int freePort() {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int candidate = ThreadLocalRandom.current().nextInt(15_000, 32_000);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), candidate));
                return candidate;
            } catch (IOException e) {
                // taken: the next one
            }
        }
        throw new TestkitException("No free port between 15000 and 32000 on 127.0.0.1");
    }

    @Override
    public synchronized void start() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
        if (isRunning()) {
            return;
        }
        writeParameters();
        int logBefore = log().length();
        ServerProcess started = ServerProcess.start(home, directory, environment);
        process = started;
        await(
                () -> {
                    boolean accepts = accepts();
                    if (!accepts && !started.isAlive()) {
                        throw new TestkitException(name + " ended with " + started.exitValue()
                                + " instead of starting:\n" + log().substring(logBefore));
                    }
                    return accepts;
                },
                "does not accept connections");
    }

    /** Another server may have taken the port in the meantime. */
    private boolean accepts() {
        try (Connection connection = address().connectOwn("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW data_directory")) {
            return rows.next() && Path.of(rows.getString(1)).equals(directory.data());
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public synchronized void stop(StopMode mode) {
        ServerProcess running = process;
        if (running != null && running.isAlive()) {
            running.stop(mode);
        }
        process = null;
    }

    @Override
    public synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            stop(directory.temporary() ? StopMode.KILL : StopMode.FAST);
            closed = true;
            directory.close();
        }
    }

    @Override
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    void writeParameters(Map<String, String> parameters) {
        Map<String, String> all = new LinkedHashMap<>(parameters);
        all.put("port", Integer.toString(port));
        directory.writeParameters(parameterFile(all));
    }

    @Override
    void writeHba(List<String> lines) {
        directory.writeHba(lines);
    }

    @Override
    boolean discardAlterSystem() {
        return directory.discardAlterSystem();
    }

    @Override
    synchronized void signalReload() {
        ServerProcess running = process;
        if (running != null) {
            running.signal("HUP");
        }
    }

    @Override
    List<String> clients() {
        return List.of("127.0.0.1/32", "::1/128");
    }

    @Override
    public String log() {
        return directory.readLog();
    }

    @Override
    public Path logFile() {
        return directory.log();
    }

    @Override
    public Path dataDirectory() {
        return directory.data();
    }

    @Override
    public synchronized Optional<Path> keep(Path kept) {
        if (closed) {
            return Optional.empty();
        }
        stop(StopMode.FAST);
        directory.moveTo(kept);
        closed = true;
        directory.removeMoved();
        return Optional.of(kept);
    }

    @Override
    public synchronized Optional<Long> process() {
        return process == null ? Optional.empty() : Optional.of(process.pid());
    }
}
