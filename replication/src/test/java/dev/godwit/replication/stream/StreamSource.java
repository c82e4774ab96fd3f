package dev.godwit.replication.stream;

import dev.godwit.replication.ExportedSnapshot;
import dev.godwit.replication.Lsn;
import dev.godwit.replication.Publication;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/** A table {@code t (id int PRIMARY KEY, v text)} with publication and slot, and streams of it. */
final class StreamSource implements AutoCloseable {

    static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String NAME = "it_stream";

    private final Properties properties = new Properties();
    final ServerConnections connections;
    final Connection session;
    final Lsn start;

    /** All sessions get these startup options beside those that are always set. */
    StreamSource(PostgresServer server, String options) throws SQLException {
        properties.setProperty("user", server.superuser());
        properties.setProperty("options", options);
        connections = ServerConnections.of(server.url(PostgresPair.DATABASE), properties);
        session = connections.open();
        execute(session, "CREATE TABLE public.t (id int PRIMARY KEY, v text)");
        Publication.create(session, NAME, List.of(new RelationName("public", "t")));
        try (ExportedSnapshot snapshot =
                ReplicationSlots.create(connections.openReplication(), NAME, false, Duration.ofSeconds(10))) {
            start = snapshot.consistentPoint();
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    ChangeStream open(Lsn from, long queueBytes) throws SQLException {
        return open(connections, from, queueBytes);
    }

    /** Opens a stream by another way to the same server. */
    ChangeStream open(String url, Lsn from, long queueBytes) throws SQLException {
        return open(ServerConnections.of(url, properties), from, queueBytes);
    }

    static ChangeStream open(ServerConnections by, Lsn from, long queueBytes) throws SQLException {
        return ChangeStream.open(by, new ChangeStreamOptions(NAME, NAME, from, queueBytes, "it-stream"));
    }

    /** What the server may forget everything before. */
    Lsn confirmed() throws SQLException {
        return ReplicationSlots.state(session, NAME).orElseThrow().confirmedFlush();
    }

    /** The next message; positions are skipped. */
    static PgOutputMessage next(ChangeStream stream) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            if (stream.poll(Duration.ofMillis(100)) instanceof StreamEvent.Message message) {
                return message.message();
            }
        }
        throw new AssertionError("no message in time");
    }

    /** The end of a transaction, and how many rows it inserted. */
    record Transaction(Lsn end, int inserts) {}

    /** Reads the rest of a transaction, or all of the next, asking for keepalives all the time. */
    static Transaction nextTransaction(ChangeStream stream) throws Exception {
        int inserts = 0;
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            stream.requestKeepalive();
            StreamEvent event = stream.poll(Duration.ofMillis(100));
            if (event instanceof StreamEvent.Position position && inserts > 0) {
                throw new AssertionError(position + " in the middle of a transaction");
            } else if (event instanceof StreamEvent.Message message) {
                if (message.message() instanceof PgOutputMessage.Insert) {
                    inserts++;
                } else if (message.message() instanceof PgOutputMessage.Commit commit) {
                    return new Transaction(commit.endLsn(), inserts);
                }
            }
        }
        throw new AssertionError("no commit in time");
    }

    @Override
    public void close() throws SQLException {
        ReplicationSlots.drop(session, NAME, LIMIT);
        Publication.drop(session, NAME);
        session.close();
    }
}
