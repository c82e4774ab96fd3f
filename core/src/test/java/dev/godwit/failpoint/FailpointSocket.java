package dev.godwit.failpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A connection whose statements are counted as they leave. */
final class FailpointSocket extends Socket {
    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Failpoints failpoints;

    FailpointSocket(Failpoints failpoints) {
        this.failpoints = failpoints;
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        failpoints.opened(this);
        super.connect(endpoint, timeout);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Counting(super.getOutputStream());
    }

    @Override
    public synchronized void close() throws IOException {
        failpoints.closed(this);
        super.close();
    }

    /** As the system does it for a process that was killed. */
    void cut() {
        try {
            setSoLinger(true, 0);
            super.close();
        } catch (IOException e) {
            // One that its owner closes at the same moment is as good.
            if (!isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Keeps what is written until it is flushed, or gets much. */
    private final class Counting extends OutputStream {
        private static final int MUCH = 64 * 1024;

        private final OutputStream out;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final FrontendMessages messages = new FrontendMessages();

        Counting(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            messages.sent(bytes, offset, length);
            kept.write(bytes, offset, length);
            if (kept.size() > MUCH) {
                send();
            }
        }

        @Override
        public void flush() throws IOException {
            List<String> changes = messages.takeChanges();
            if (changes.isEmpty()) {
                send();
            } else {
                // A batch of the same changes is the same step, however many of each it has.
                boolean last = failpoints.isReached(
                        changes.stream().distinct().sorted().collect(Collectors.joining("; ")));
                send();
                if (last) {
                    awaitAnswer();
                    failpoints.die();
                }
            }
        }

        /** The driver forgets a socket whose last flush fails without closing it, and here it is remembered until it is closed. */
        private void send() throws IOException {
            try {
                kept.writeTo(out);
                kept.reset();
                out.flush();
            } catch (IOException e) {
                FailpointSocket.this.close();
                throw e;
            }
        }

        /** The first bytes of the answer mean that it was done; what waits for a lock is not done for long. */
        private void awaitAnswer() throws IOException {
            long deadline = System.nanoTime() + ANSWER_NANOS;
            while (getInputStream().available() == 0 && System.nanoTime() - deadline < 0) {
                try {
                    TimeUnit.MILLISECONDS.sleep(1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
