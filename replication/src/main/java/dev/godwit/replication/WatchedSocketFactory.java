package dev.godwit.replication;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Makes the sockets of a connection; the driver creates it by its name. Not for use by others. */
public final class WatchedSocketFactory extends SocketFactory {

    private final String key;

    /**
     * Creates the factory of one connection.
     *
     * @param key what {@link SocketActivity} knows the connection by
     */
    public WatchedSocketFactory(String key) {
        this.key = key;
    }

    /** Tells whether the driver finds this class, which it does not where it was loaded by a loader above. */
    static boolean isVisibleToDriver() {
        try {
            return Class.forName(
                            WatchedSocketFactory.class.getName(), false, org.postgresql.Driver.class.getClassLoader())
                    == WatchedSocketFactory.class;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @Override
    public Socket createSocket() throws IOException {
        return SocketActivity.socket(key);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return createSocket(InetAddress.getByName(host), port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return createSocket(InetAddress.getByName(host), port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        Socket socket = createSocket();
        socket.connect(new InetSocketAddress(host, port));
        return socket;
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        Socket socket = createSocket();
        socket.bind(new InetSocketAddress(localHost, localPort));
        socket.connect(new InetSocketAddress(host, port));
        return socket;
    }
}
