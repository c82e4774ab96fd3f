package dev.godwit.failpoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.SocketFactory;

/** What the driver is given by name ({@code socketFactory}, {@code socketFactoryArg}). */
public final class FailpointSocketFactory extends SocketFactory {
    private static final Map<String, Failpoints> KNOWN = new ConcurrentHashMap<>();

    private final Failpoints failpoints;

    /** Made by the driver; the argument is the name under which the points are known. */
    public FailpointSocketFactory(String name) {
        failpoints = Objects.requireNonNull(KNOWN.get(name), name);
    }

    static void put(String name, Failpoints failpoints) {
        KNOWN.put(name, failpoints);
    }

    @Override
    public Socket createSocket() {
        return new FailpointSocket(failpoints);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw new IOException("the driver connects by itself");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        throw new IOException("the driver connects by itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw new IOException("the driver connects by itself");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        throw new IOException("the driver connects by itself");
    }
}
