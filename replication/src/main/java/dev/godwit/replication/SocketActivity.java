package dev.godwit.replication;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketOption;
import java.sql.Connection;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

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

    /** How much may gather in the socket: long enough to be worth a wake-up, too short to be felt. */
    private static final long GATHER_NANOS = 200_000;
    /** After this without a byte the next one is not waited beyond. */
    private static final long BUSY_NANOS = 5_000_000;

    private volatile long lastReadNanos = System.nanoTime();
    private volatile @Nullable Runnable beforeRead;

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

    /**
     * Reads a stream of small messages in larger parts: where the last read took all there was, the next one waits for a
     * fraction of a millisecond while more arrives, since waking up for each message costs both sides more than the message.
     *
     * @param action what to do before anything is read from the socket, on the thread that reads; must not use the connection; null to
     *     end it, by which whoever the action belongs to may be forgotten
     */
    public void gather(@Nullable Runnable action) {
        beforeRead = action;
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

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new ClosingOutput(super.getOutputStream(), this);
        }
    }

    /** The driver forgets a socket whose last flush fails, without closing it: its file would stay open until the next collection. */
    private static final class ClosingOutput extends FilterOutputStream {
        private final Socket socket;

        ClosingOutput(OutputStream out, Socket socket) {
            super(out);
            this.socket = socket;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                closeAfter(e);
                throw e;
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        private void closeAfter(IOException failure) {
            try {
                socket.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private final class WatchedInput extends FilterInputStream {

        private boolean drained;

        WatchedInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            prepare();
            return note(super.read());
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            prepare();
            int read = note(super.read(buffer, offset, length));
            drained = read < length;
            return read;
        }

        private void prepare() {
            Runnable action = beforeRead;
            if (action != null) {
                action.run();
                if (drained && silentNanos() < BUSY_NANOS) {
                    LockSupport.parkNanos(this, GATHER_NANOS);
                }
            }
        }

        private int note(int read) {
            lastReadNanos = System.nanoTime();
            return read;
        }
    }
}
