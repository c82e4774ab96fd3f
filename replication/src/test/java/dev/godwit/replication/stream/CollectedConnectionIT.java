package dev.godwit.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.replication.ServerConnections;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.PostgresTest;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Hazard E3b: the driver closes a connection that nobody refers to, and the stream with it; a stream keeps its own, so that
 * one who holds nothing but the stream can read to the end.
 */
final class CollectedConnectionIT {

    private static final int ROWS = 60_000;

    @Test
    @PostgresTest(version = "15")
    void readsALargeTransactionWhileTheCollectorRuns(PostgresServer server) throws Exception {
        try (StreamSource source = new StreamSource(server, "-c wal_sender_timeout=5s");
                ChangeStream stream = source.open(source.start, 64 << 10)) {
            StreamSource.execute(
                    source.session,
                    "INSERT INTO public.t SELECT i, repeat('x', 200) FROM generate_series(1, " + ROWS + ") i");
            for (int i = 0; i < ROWS / 2; i++) {
                StreamSource.next(stream);
                if (i % 1500 == 0) {
                    collect();
                }
            }
            StreamSource.Transaction transaction = StreamSource.nextTransaction(stream);
            assertThat(transaction.inserts()).isBetween(ROWS / 2, ROWS / 2 + 5);
            stream.confirm(transaction.end());
        }
    }

    @Test
    @PostgresTest(version = "15")
    void aClosedStreamIsForgotten(PostgresServer server) throws Exception {
        try (StreamSource source = new StreamSource(server, "")) {
            List<WeakReference<Connection>> opened = new ArrayList<>();
            StreamSource.open(remembering(source.connections, opened), source.start, 64 << 10)
                    .close();
            await().untilAsserted(() -> {
                collect();
                assertThat(opened.get(0).get()).isNull();
            });
        }
    }

    private static ServerConnections remembering(
            ServerConnections connections, List<WeakReference<Connection>> opened) {
        return new ServerConnections() {
            @Override
            public Connection open() throws SQLException {
                return connections.open();
            }

            @Override
            public Connection openReplication() throws SQLException {
                Connection connection = connections.openReplication();
                opened.add(new WeakReference<>(connection));
                return connection;
            }
        };
    }

    /** What is unreachable is found in one run; what was registered for it is done between two. */
    private static void collect() throws InterruptedException {
        System.gc();
        Thread.sleep(5);
        System.gc();
    }
}
