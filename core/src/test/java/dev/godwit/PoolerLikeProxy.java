package dev.godwit;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Stands before a server and tells its clients, as poolers do, of a process that is not the server's. */
final class PoolerLikeProxy implements AutoCloseable {
    /** No process of the system has this number. */
    static final int PROCESS = 1_999_999_999;

    private static final int READY = 'Z';
    private static final int KEY = 'K';

    private final ServerSocket listener;
    private final int serverPort;
    private final int replicationPort;
    private final List<Socket> open = new ArrayList<>();

    PoolerLikeProxy(int serverPort) throws IOException {
        this(serverPort, serverPort);
    }

    /** Replication connections are led to a server of their own. */
    PoolerLikeProxy(int serverPort, int replicationPort) throws IOException {
        this.serverPort = serverPort;
        this.replicationPort = replicationPort;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept, listener);
    }

    int port() {
        return listener.getLocalPort();
    }

    private interface Action {
        void run() throws IOException;
    }

    /** Either end may go at any time, and the other one with it. */
    private static void start(Action action, Closeable... ends) {
        Thread thread = new Thread(
                () -> {
                    try {
                        action.run();
                    } catch (IOException e) {
                        closeAll(List.of(ends));
                    }
                },
                "pooler-like-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            byte[] startup = startup(client);
            boolean replicates = new String(startup, StandardCharsets.UTF_8).contains("\0replication\0");
            Socket server = new Socket(InetAddress.getLoopbackAddress(), replicates ? replicationPort : serverPort);
            server.getOutputStream().write(startup);
            synchronized (open) {
                open.add(client);
                open.add(server);
            }
            start(() -> copy(client, server), client, server);
            start(() -> answer(server, client), client, server);
        }
    }

    /** The first packet, which has no tag; the driver was told to ask for no encryption before. */
    private static byte[] startup(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        int length = in.readInt();
        return ByteBuffer.allocate(length)
                .putInt(length)
                .put(in.readNBytes(length - 4))
                .array();
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
    }

    /** Message by message up to the first ReadyForQuery. */
    private static void answer(Socket server, Socket client) throws IOException {
        DataInputStream in = new DataInputStream(server.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        int tag;
        do {
            tag = in.readUnsignedByte();
            int length = in.readInt();
            out.writeByte(tag);
            out.writeInt(length);
            byte[] body = in.readNBytes(length - 4);
            if (tag == KEY) {
                out.writeInt(PROCESS);
                out.write(body, 4, body.length - 4);
            } else {
                out.write(body);
            }
            out.flush();
        } while (tag != READY);
        copy(server, client);
    }

    private static void closeAll(List<? extends Closeable> ends) {
        for (Closeable end : ends) {
            try {
                end.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (open) {
            closeAll(open);
        }
    }
}
