package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.ExportedSnapshot;
import dev.godwit.replication.Publication;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.ServerConnections;
import dev.godwit.replication.WalPosition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A source database without an encoding, holding a byte that is not UTF-8. */
final class AsciiSource implements AutoCloseable {

    private final Replica replica;
    private final String database;
    private final ServerConnections connections;

    AsciiSource(Replica replica, String database) {
        this.replica = replica;
        this.database = database;
        Properties properties = new Properties();
        properties.setProperty("user", replica.sourceServer.superuser());
        connections = ServerConnections.of(replica.sourceServer.url(database), properties);
    }

    void replicateLatin1() throws Exception {
        RelationName table = new RelationName("public", "t");
        try (Connection session = connections.open()) {
            Replica.execute(session, "CREATE TABLE public.t (id int PRIMARY KEY, v text)");
            replica.target("CREATE TABLE t (id int PRIMARY KEY, v text)");
            Publication.create(session, database, List.of(table));
            try (ExportedSnapshot snapshot =
                    ReplicationSlots.create(connections.openReplication(), database, false, Replica.LIMIT)) {
                replica.remember(snapshot.consistentPoint());
            }
            Replica.execute(session, "INSERT INTO public.t VALUES (1, E'caf\\xe9')");
            try (Subscriber subscriber = new Subscriber(SubscriberOptions.builder()
                    .source(connections)
                    .target(replica.target)
                    .slot(database)
                    .publication(database)
                    .syncPoints(Map.of(table, replica.consistentPoint()))
                    .progress(ProgressTable.of(replica.name, 1))
                    .build())) {
                subscriber.start();
                assertThat(subscriber.awaitApplied(WalPosition.flushedEnd(session), Replica.LIMIT))
                        .isTrue();
            }
        }
    }

    @Override
    public void close() throws SQLException {
        try (Connection session = connections.open()) {
            ReplicationSlots.drop(session, database, Replica.LIMIT);
        }
        replica.sourceServer.dropDatabase(database);
    }
}
