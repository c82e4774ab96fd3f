package dev.godwit.testkit;

import dev.godwit.testkit.FaultProxy.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One connection through a proxy: a thread for each direction. */
final class ProxiedConnection {
    private static final int SLICES_PER_SECOND = 20;

    private final Socket client;
    private final Socket server;
    private final ProxyFaults faults;
    private final Consumer<ProxiedConnection> onEnd;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger openDirections = new AtomicInteger(2);
    private volatile @Nullable Socket gone;

    ProxiedConnection(Socket client, Socket server, ProxyFaults faults, Consumer<ProxiedConnection> onEnd) {
        this.client = client;
        this.server = server;
        this.faults = faults;
        this.onEnd = onEnd;
    }

    /** Lets bytes pass; of a connection that was reset before, none will. */
    void start() {
        pump(client, server, Direction.TO_SERVER);
        pump(server, client, Direction.TO_CLIENT);
    }

    private void pump(Socket from, Socket to, Direction direction) {
        Thread thread = new Thread(() -> run(from, to, direction), "testkit-proxy-" + direction);
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Socket from, Socket to, Direction direction) {
        try {
            copy(from.getInputStream(), to.getOutputStream(), direction);
            to.shutdownOutput();
            if (openDirections.decrementAndGet() == 0) {
                end();
            }
        } catch (IOException e) {
            afterFailure(from, to);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reset();
        }
    }

    /** One side is gone: so is the other, unless that is not to know yet. */
    private void afterFailure(Socket from, Socket to) {
        if (from.equals(gone)) {
            return;
        }
        try {
            if (to.equals(gone)) {
                swallow(from);
            }
        } catch (IOException e) {
            // has found out, too
        }
        reset();
    }

    private void copy(InputStream in, OutputStream out, Direction direction) throws IOException, InterruptedException {
        byte[] buffer = new byte[16 * 1024];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            TimeUnit.NANOSECONDS.sleep(faults.latency(direction).toNanos());
            faults.awaitPassage(direction, this);
            int granted = faults.grant(direction, count);
            write(out, buffer, granted, direction);
            if (granted < count) {
                throw new IOException("reset as asked for");
            }
        }
        faults.awaitPassage(direction, this); // the end of the stream is held back like its bytes
    }

    /** All at once, or a few at a time, with the pauses that this takes before them. */
    private void write(OutputStream out, byte[] buffer, int count, Direction direction)
            throws IOException, InterruptedException {
        int written = 0;
        while (written < count) {
            int rate = faults.rate(direction);
            int slice = rate == 0 ? count - written : Math.min(count - written, Math.max(1, rate / SLICES_PER_SECOND));
            if (rate > 0) {
                TimeUnit.NANOSECONDS.sleep(1_000_000_000L * slice / rate);
                faults.awaitPassage(direction, this);
            }
            out.write(buffer, written, slice);
            out.flush();
            written += slice;
        }
    }

    /** Resets the socket that bytes of this direction go to; what comes from the other one goes nowhere from now on. */
    void halfOpen(Direction direction) {
        Socket knowing = direction == Direction.TO_CLIENT ? client : server;
        gone = knowing;
        reset(knowing);
    }

    private void swallow(Socket from) throws IOException {
        byte[] buffer = new byte[16 * 1024];
        InputStream in = from.getInputStream();
        while (in.read(buffer) >= 0) {
            // for nobody
        }
    }

    boolean ended() {
        return ended.get();
    }

    private void end() throws IOException {
        if (ended.compareAndSet(false, true)) {
            client.close();
            server.close();
            onEnd.accept(this);
        }
    }

    /** Ends both sides with RST instead of FIN; what was written before may still arrive. */
    void reset() {
        if (ended.compareAndSet(false, true)) {
            reset(client);
            reset(server);
            faults.wake();
            onEnd.accept(this);
        }
    }

    static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // closed already, which is all that is wanted
        }
    }
}
