package dev.godwit.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Life and configuration of one server. Thread-safe. */
final class ServerControl {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PORT_ATTEMPTS = 10;
    private static final List<String> OPEN_HBA = List.of(
            "host all all 127.0.0.1/32 trust", "host all all ::1/128 trust", "host replication all 127.0.0.1/32 trust");

    private final String name;
    private final Path home;
    private final ServerDirectory directory;
    private final Map<String, String> initialParameters;
    private final Map<String, String> parameters;
    private volatile int port;
    private @Nullable ServerProcess process;
    private boolean openHba = true;
    private boolean closed;

    ServerControl(String name, Path home, ServerDirectory directory, Map<String, String> parameters) {
        this.name = name;
        this.home = home;
        this.directory = directory;
        this.initialParameters = Map.copyOf(parameters);
        this.parameters = new LinkedHashMap<>(parameters);
        directory.writeHba(OPEN_HBA);
    }

    int port() {
        return port;
    }

    ServerDirectory directory() {
        return directory;
    }

    /** A port that turns out to be taken after all is replaced, unless it was asked for. */
    synchronized void startOnPort(int wanted, Predicate<Path> accepts) {
        for (int attempt = 1; ; attempt++) {
            port = wanted != 0 ? wanted : freePort();
            try {
                start(accepts);
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
    private static int freePort() {
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

    /**
     * Returns when the server accepts connections.
     *
     * @param accepts whether a server with this data directory answers on the port
     */
    synchronized void start(Predicate<Path> accepts) {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
        if (isRunning()) {
            return;
        }
        writeParameters();
        int logBefore = directory.readLog().length();
        ServerProcess started = ServerProcess.start(home, directory);
        process = started;
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!accepts.test(directory.data())) {
            if (!started.isAlive()) {
                throw new TestkitException(name + " ended with " + started.exitValue() + " instead of starting:\n"
                        + directory.readLog().substring(logBefore));
            }
            pause(deadline, "does not accept connections");
        }
    }

    synchronized void stop(StopMode mode) {
        ServerProcess running = process;
        if (running != null && running.isAlive()) {
            running.stop(mode);
        }
        process = null;
    }

    synchronized boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** False if it was closed before. */
    synchronized boolean close() {
        if (closed) {
            return false;
        }
        closed = true;
        stop(directory.temporary() ? StopMode.KILL : StopMode.FAST);
        directory.close();
        return true;
    }

    synchronized void setParameter(String parameter, String value) {
        parameters.put(parameter, value);
        writeParameters();
    }

    /** Back to the builder's parameters; true if that was a change, which takes a restart. */
    synchronized boolean resetParameters() {
        boolean changed = !parameters.equals(initialParameters);
        if (changed) {
            parameters.clear();
            parameters.putAll(initialParameters);
            writeParameters();
        }
        return directory.discardAlterSystem() || changed;
    }

    private void writeParameters() {
        Map<String, String> all = new LinkedHashMap<>(parameters);
        all.put("port", Integer.toString(port));
        directory.writeParameters(all);
    }

    synchronized void hba(String superuser, String... lines) {
        List<String> all = new ArrayList<>(List.of("host all " + superuser + " 127.0.0.1/32 trust"));
        all.addAll(List.of(lines));
        openHba = false;
        directory.writeHba(all);
        reload();
    }

    synchronized void openHba() {
        if (!openHba) {
            openHba = true;
            directory.writeHba(OPEN_HBA);
            reload();
        }
    }

    /** The postmaster reads its files before it accepts the next connection, so its log line is enough to wait for. */
    synchronized void reload() {
        ServerProcess running = process;
        if (running == null || !running.isAlive()) {
            return;
        }
        int before = reloads();
        running.signal("HUP");
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (reloads() == before) {
            pause(deadline, "did not reload its configuration");
        }
    }

    private int reloads() {
        return directory.readLog().split("received SIGHUP", -1).length;
    }

    private void pause(long deadline, String problem) {
        if (System.nanoTime() > deadline) {
            throw new TestkitException(name + " " + problem + " within " + LIMIT + ":\n" + directory.readLog());
        }
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestkitException("Interrupted: " + name + " " + problem, e);
        }
    }
}
