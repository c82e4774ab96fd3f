package dev.godwit.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.replication.ServerConnections;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class OwnConnectionsTest {
    /** A session that is open until it is closed or cut off. */
    private static Connection session() {
        AtomicBoolean closed = new AtomicBoolean();
        return (Connection) Proxy.newProxyInstance(
                OwnConnectionsTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "isClosed" -> closed.get();
                    case "close", "abort" -> {
                        closed.set(true);
                        yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static OwnConnections connections() {
        return new OwnConnections(new ServerConnections() {
            @Override
            public Connection open() {
                return session();
            }

            @Override
            public Connection openReplication() {
                return session();
            }
        });
    }

    @Test
    void keepNothingThatIsClosed() throws SQLException {
        OwnConnections own = connections();
        WeakReference<Connection> lost = new WeakReference<>(opened(own));
        try (Connection next = own.openReplication()) {
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
                System.gc();
                return lost.get() == null;
            });
            assertThat(next.isClosed()).isFalse();
        }
    }

    private static Connection opened(OwnConnections own) throws SQLException {
        Connection session = own.open();
        session.close();
        return session;
    }

    @Test
    void cutOffWhatIsOpenAndOpenNothingAfterwards() throws SQLException {
        OwnConnections own = connections();
        Connection open = own.open();
        own.end();
        assertThat(open.isClosed()).isTrue();
        assertThatThrownBy(own::open).isInstanceOf(SQLException.class).hasMessageContaining("is being closed");
    }
}
