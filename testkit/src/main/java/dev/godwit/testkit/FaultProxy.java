package dev.godwit.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy in front of a server, in this JVM, that breaks connections in the ways networks do. As long as no fault is set it passes
 * everything on unchanged.
 *
 * <p>Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
    /** A direction of bytes through the proxy. */
    public enum Direction {
        /** From the client to the server. */
        TO_SERVER,
        /** From the server to the client. */
        TO_CLIENT
    }

    private final InetSocketAddress server;
    private final ServerSocket listener;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final ProxyFaults faults = new ProxyFaults();
    private volatile boolean refusing;
    private volatile boolean closed;

    private FaultProxy(String host, int port) {
        this.server = new InetSocketAddress(host, port);
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen on 127.0.0.1", e);
        }
        Thread thread = new Thread(this::accept, "testkit-proxy-" + listener.getLocalPort());
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Puts a proxy in front of a server of the testkit.
     *
     * @param server the server
     * @return the proxy, listening on a free port of 127.0.0.1
     */
    public static FaultProxy before(PostgresServer server) {
        return new FaultProxy(server.host(), server.port());
    }

    /**
     * Puts a proxy in front of any server.
     *
     * @param host where connections are passed on to
     * @param port likewise
     * @return the proxy, listening on a free port of 127.0.0.1
     */
    public static FaultProxy before(String host, int port) {
        return new FaultProxy(host, port);
    }

    /**
     * The port on 127.0.0.1 that the proxy listens on.
     *
     * @return the port
     */
    public int port() {
        return listener.getLocalPort();
    }

    /**
     * JDBC URL of a database behind the proxy.
     *
     * @param database its name, not quoted
     * @return the URL, without a user
     */
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8);
    }

    /**
     * Number of connections that pass through the proxy now.
     *
     * @return the number
     */
    public int connections() {
        return connections.size();
    }

    /** Resets all connections, on both sides. New ones are accepted. */
    public void cut() {
        connections.forEach(ProxiedConnection::reset);
    }

    /**
     * Whether new connections are reset at once, as those to a port without a listener are refused. Those that exist are left alone.
     *
     * @param on true to refuse
     */
    public void refuse(boolean on) {
        refusing = on;
    }

    /**
     * Holds back every byte of one direction, of existing and new connections, until {@link #resume}; nothing is lost.
     *
     * @param direction which bytes
     */
    public void stall(Direction direction) {
        faults.stall(direction);
    }

    /** Holds back every byte in both directions, as a network does that has silently gone, until {@link #resume}. */
    public void stall() {
        faults.stall(Direction.TO_SERVER);
        faults.stall(Direction.TO_CLIENT);
    }

    /** Lets all bytes pass again that were held back. */
    public void resume() {
        faults.resume();
    }

    /**
     * Delays what passes, each chunk of bytes in each direction.
     *
     * @param delay zero to end it
     */
    public void latency(Duration delay) {
        latency(Direction.TO_SERVER, delay);
        latency(Direction.TO_CLIENT, delay);
    }

    /**
     * Delays what passes in one direction, each chunk of bytes.
     *
     * @param direction which bytes
     * @param delay zero to end it
     */
    public void latency(Direction direction, Duration delay) {
        faults.latency(direction, delay);
    }

    /**
     * Lets bytes of one direction only drip: so many a second of each connection, existing or new. Nothing is lost.
     *
     * @param direction which bytes
     * @param bytesPerSecond 0 to let all pass again at once
     */
    public void drip(Direction direction, int bytesPerSecond) {
        if (bytesPerSecond < 0) {
            throw new IllegalArgumentException("bytesPerSecond must not be negative, was " + bytesPerSecond);
        }
        faults.drip(direction, bytesPerSecond);
    }

    /**
     * Resets all existing connections on one side alone: the other side is told nothing, what it sends is swallowed, and it has to find
     * out by itself, or by {@link #cut}. So does a server whose client has lost its power, or the other way around. New connections are
     * not affected.
     *
     * @param direction the side that bytes of this direction go to is the one that knows
     */
    public void halfOpen(Direction direction) {
        connections.forEach(connection -> connection.halfOpen(direction));
    }

    /**
     * Lets that many more bytes pass in one direction, counted over all connections together, then resets the connection that would
     * carry the next one. Happens once; existing and new connections count.
     *
     * @param direction which bytes are counted
     * @param bytes how many still pass
     */
    public void resetAfter(Direction direction, long bytes) {
        faults.resetAfter(direction, bytes);
    }

    /**
     * Ends every fault that is set: refusals, stalls, latency, dripping, and a reset that is still to come. Connections that were reset or
     * are half-open stay so.
     */
    public void heal() {
        refusing = false;
        faults.clear();
    }

    private void accept() {
        while (!closed) {
            Socket client;
            try {
                client = listener.accept();
            } catch (IOException e) {
                if (closed) {
                    return;
                }
                throw new UncheckedIOException("The proxy cannot accept any more", e);
            }
            if (refusing || closed) {
                ProxiedConnection.reset(client);
            } else {
                open(client);
            }
        }
    }

    /** Whatever happens to one connection is nothing to the next. */
    private void open(Socket client) {
        Socket upstream = new Socket();
        try {
            upstream.connect(server, 10_000);
            upstream.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
        } catch (IOException e) {
            // the client sees what it would have seen without the proxy, a moment later
            ProxiedConnection.reset(upstream);
            ProxiedConnection.reset(client);
            return;
        }
        ProxiedConnection connection = new ProxiedConnection(client, upstream, faults, connections::remove);
        connections.add(connection);
        // from here on others may reset it, also before it has begun; not yet, if they came before
        if (refusing || closed) {
            connection.reset();
        } else {
            connection.start();
        }
    }

    /** Stops listening and resets all connections. */
    @Override
    public void close() {
        closed = true;
        faults.resume();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            cut();
        }
    }
}
