package dev.godwit.failpoint;

import dev.godwit.Endpoint;
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

    /** Makes points known under a name, in the place of those that were. */
    public static void put(String name, Failpoints failpoints) {
        KNOWN.put(name, failpoints);
    }

    /** Gives an endpoint whose connections pass points that are known under a name by the time that they are opened. */
    public static Endpoint endpoint(String url, String name) {
        return Endpoint.of(url)
                .credentials("postgres", "")
                .property("socketFactory", FailpointSocketFactory.class.getName())
                .property("socketFactoryArg", name);
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
