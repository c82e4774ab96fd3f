package dev.godwit.testkit;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/** A server of which there is only an address, and what happens when it is closed. */
final class FakeServer {
    private FakeServer() {}

    static PostgresServer at(String host, int port, Runnable onClose) {
        ServerAddress address = new ServerAddress(host, port, "postgres", "", "");
        AtomicBoolean closed = new AtomicBoolean();
        ServerBackend backend = (ServerBackend) Proxy.newProxyInstance(
                FakeServer.class.getClassLoader(),
                new Class<?>[] {ServerBackend.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "address" -> address;
                    case "isClosed" -> closed.get();
                    case "close" -> {
                        onClose.run();
                        closed.set(true);
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        return new PostgresServer("17", backend);
    }
}
