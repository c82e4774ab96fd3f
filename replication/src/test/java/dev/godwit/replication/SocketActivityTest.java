package dev.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

final class SocketActivityTest {

    @Test
    void closesASocketThatNothingCanBeWrittenToAnyMore() throws Exception {
        String key = SocketActivity.expect();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = SocketActivity.socket(key)) {
            socket.connect(server.getLocalSocketAddress());
            reset(server.accept());

            assertThatThrownBy(() -> writeFor(socket.getOutputStream())).isInstanceOf(IOException.class);

            assertThat(socket.isClosed()).isTrue();
        } finally {
            SocketActivity.notConnected(key);
        }
    }

    private static void reset(Socket accepted) throws IOException {
        try (accepted) {
            accepted.setSoLinger(true, 0);
        }
    }

    private static void writeFor(OutputStream out) throws IOException {
        byte[] some = new byte[1024];
        for (int i = 0; i < 1_000; i++) {
            out.write(some);
            out.flush();
        }
    }
}
