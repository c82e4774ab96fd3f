package dev.godwit.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.WalPosition;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.testkit.FaultProxy;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.PostgresTest;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Hazards 0.1 and A13: whatever keepalives arrive, the server is told no position but those given to
 * {@link ChangeStream#confirm}. The changes of the large transaction here are older than the first two commits, and come
 * after them; a keepalive among them carries a position beyond everything.
 */
final class ConfirmedPositionIT {

    private static final int ROWS = 20_000;

    @Test
    @PostgresTest(version = "15")
    void neverPassesWhatWasConfirmedInTheMiddleOfALargeTransaction(PostgresServer server) throws Exception {
        try (StreamSource source = new StreamSource(server, "-c wal_sender_timeout=600ms")) {
            try (Connection large = source.connections.open()) {
                large.setAutoCommit(false);
                StreamSource.execute(
                        large,
                        "INSERT INTO public.t SELECT i, repeat('x', 400) FROM generate_series(1, " + ROWS + ") i");
                StreamSource.execute(source.session, "INSERT INTO public.t VALUES (-1, 'first')");
                StreamSource.execute(source.session, "INSERT INTO public.t VALUES (-2, 'second')");
                large.commit();
            }
            Lsn first;
            try (ChangeStream stream = source.open(source.start, 256 << 10)) {
                first = StreamSource.nextTransaction(stream).end();
                stream.confirm(first);
                assertThat(StreamSource.nextTransaction(stream).end().isAfter(first))
                        .isTrue();
                readSlowly(stream, source, first);
            }
            assertThat(source.confirmed()).isEqualTo(first);
            try (ChangeStream again = source.open(first, 16 << 20)) {
                StreamSource.Transaction second = StreamSource.nextTransaction(again);
                assertThat(second.inserts()).isEqualTo(1);
                assertThat(second.end().isAfter(first)).isTrue();
                assertThat(StreamSource.nextTransaction(again).inserts()).isEqualTo(ROWS);
            }
        }
    }

    /** Takes most of the large transaction, with pauses that are longer than the server waits before it asks. */
    private static void readSlowly(ChangeStream stream, StreamSource source, Lsn confirmed) throws Exception {
        for (int pause = 0; pause < 3; pause++) {
            for (int i = 0; i < ROWS / 4; i++) {
                stream.requestKeepalive();
                StreamEvent event = stream.poll(StreamSource.LIMIT);
                assertThat(event).isInstanceOf(StreamEvent.Message.class);
                assertThat(((StreamEvent.Message) event).message()).isNotInstanceOf(PgOutputMessage.Commit.class);
            }
            long end = System.nanoTime() + Duration.ofMillis(700).toNanos();
            while (System.nanoTime() < end) {
                stream.requestKeepalive();
                assertThat(source.confirmed().isAfter(confirmed)).isFalse();
            }
        }
    }

    @Test
    @PostgresTest(version = "15")
    void deliversNoPositionWhenALargeTransactionArrivesInPieces(PostgresServer server) throws Exception {
        try (StreamSource source = new StreamSource(server, "-c wal_sender_timeout=30s");
                FaultProxy proxy = FaultProxy.before(server);
                ChangeStream stream = source.open(proxy.url(PostgresPair.DATABASE), source.start, 16 << 20)) {
            proxy.latency(Duration.ofMillis(3));
            StreamSource.execute(
                    source.session,
                    "INSERT INTO public.t SELECT i, repeat('x', 400) FROM generate_series(1, " + ROWS + ") i");
            StreamSource.Transaction transaction = StreamSource.nextTransaction(stream);
            assertThat(transaction.inserts()).isEqualTo(ROWS);
            StreamSource.execute(source.session, "CREATE TABLE public.aside (v text)");
            Lsn end = WalPosition.flushedEnd(source.session);
            while (true) {
                stream.requestKeepalive();
                if (stream.poll(StreamSource.LIMIT) instanceof StreamEvent.Position position
                        && position.lsn().isAtOrAfter(end)) {
                    break;
                }
            }
        }
    }
}
