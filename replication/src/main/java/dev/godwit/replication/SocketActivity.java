package dev.godwit.replication;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketOption;
import java.sql.Connection;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When the server of a connection was last heard of, whatever it sent: the driver does not tell of keepalives. Safe for use by
 * any thread.
 */
public final class SocketActivity {

    /** A peer that is gone is found out within a minute and a half, while it is waited for. */
    private static final Map<String, Integer> KEEPALIVE =
            Map.of("TCP_KEEPIDLE", 30, "TCP_KEEPINTERVAL", 10, "TCP_KEEPCOUNT", 6);

    private static final AtomicLong NUMBER = new AtomicLong();
    /** From the moment when the driver is asked for a connection until it has one. */
    private static final Map<String, SocketActivity> CONNECTING = new ConcurrentHashMap<>();

    private static final Map<Connection, SocketActivity> CONNECTED = new WeakHashMap<>();

    private volatile long lastReadNanos = System.nanoTime();

    private SocketActivity() {}

    /**
     * Gives what is known of a connection.
     *
     * @param connection a connection made by {@link ServerConnections#of}
     * @return its activity; empty for one made otherwise, or with a socket factory of its own
     */
    public static Optional<SocketActivity> of(Connection connection) {
        synchronized (CONNECTED) {
            return Optional.ofNullable(CONNECTED.get(connection));
        }
    }

    /**
     * Tells for how long nothing has been received.
     *
     * @return the nanoseconds since the last byte, or since the connection was begun
     */
    public long silentNanos() {
        return System.nanoTime() - lastReadNanos;
    }

    /** Begins to watch a connection that is going to be made; gives its key for the socket factory. */
    static String expect() {
        String key = Long.toString(NUMBER.incrementAndGet());
        CONNECTING.put(key, new SocketActivity());
        return key;
    }

    static void connected(String key, Connection connection) {
        SocketActivity activity = CONNECTING.remove(key);
        if (activity != null) {
            synchronized (CONNECTED) {
                CONNECTED.put(connection, activity);
            }
        }
    }

    static void notConnected(String key) {
        CONNECTING.remove(key);
    }

    static Socket socket(String key) throws IOException {
        SocketActivity activity = CONNECTING.get(key);
        Socket socket = activity == null ? new Socket() : activity.new Watched();
        for (SocketOption<?> option : socket.supportedOptions()) {
            Integer seconds = KEEPALIVE.get(option.name());
            if (seconds != null && option.type() == Integer.class) {
                @SuppressWarnings("unchecked")
                SocketOption<Integer> number = (SocketOption<Integer>) option;
                Socket ignored = socket.setOption(number, seconds);
            }
        }
        return socket;
    }

    private final class Watched extends Socket {
        @Override
        public InputStream getInputStream() throws IOException {
            return new WatchedInput(super.getInputStream());
        }
    }

    private final class WatchedInput extends FilterInputStream {
        WatchedInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            return note(super.read());
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            return note(super.read(buffer, offset, length));
        }

        private int note(int read) {
            lastReadNanos = System.nanoTime();
            return read;
        }
    }
}
