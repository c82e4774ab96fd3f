package dev.godwit.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.testkit.FaultProxy.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class FaultProxyTest {
    @Test
    void goesOnAcceptingWhenConnectionsAreResetWhileTheyBegin() throws Exception {
        try (ServerSocket server = greeting("127.0.0.1");
                FaultProxy proxy = FaultProxy.before("127.0.0.1", server.getLocalPort())) {
            Thread breaker = new Thread(() -> {
                for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                    if (i % 3 == 0) {
                        proxy.halfOpen(i % 2 == 0 ? Direction.TO_CLIENT : Direction.TO_SERVER);
                    }
                    proxy.cut();
                }
            });
            breaker.start();
            try {
                for (int i = 0; i < 200; i++) {
                    answer(proxy.port());
                }
            } finally {
                breaker.interrupt();
                breaker.join();
            }
            assertThat(answer(proxy.port())).isEqualTo('!');
            await().until(() -> proxy.connections() == 0);
        }
    }

    @Test
    void passesAllAgainOnceItIsHealed() throws Exception {
        try (ServerSocket server = greeting("127.0.0.1");
                FaultProxy proxy = FaultProxy.before("127.0.0.1", server.getLocalPort())) {
            proxy.refuse(true);
            assertThat(answer(proxy.port())).isEqualTo(-1);
            proxy.stall();
            proxy.latency(Duration.ofHours(1));
            proxy.drip(Direction.TO_CLIENT, 1);
            proxy.resetAfter(Direction.TO_CLIENT, 0);
            proxy.heal();
            assertThat(answer(proxy.port())).isEqualTo('!');
        }
    }

    @Test
    void passesOnToTheHostOfTheServer() throws Exception {
        Assumptions.assumeTrue(Platform.LINUX, "Only Linux listens on all of 127.0.0.0/8");
        try (ServerSocket listener = greeting("127.0.0.2");
                PostgresServer server = FakeServer.at("127.0.0.2", listener.getLocalPort(), () -> {});
                FaultProxy proxy = FaultProxy.before(server)) {
            assertThat(answer(proxy.port())).isEqualTo('!');
        }
    }

    /** The first byte; -1 if there is none. Fails if nobody answers at all. */
    private static int answer(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
            socket.setSoTimeout(10_000);
            return socket.getInputStream().read();
        } catch (SocketException e) {
            return -1; // reset
        }
    }

    /** Says one byte to whoever connects. */
    private static ServerSocket greeting(String host) throws IOException {
        ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName(host));
        Thread thread = new Thread(() -> {
            while (!listener.isClosed()) {
                try (Socket client = listener.accept()) {
                    client.getOutputStream().write('!');
                } catch (IOException e) {
                    // reset, or the end of the test
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return listener;
    }
}
