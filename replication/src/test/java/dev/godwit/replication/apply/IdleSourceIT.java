package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.testkit.PostgresServer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database without changes does not keep the log of its server. */
final class IdleSourceIT {

    @ParameterizedTest
    @ValueSource(strings = {"a neighbour database", "tables that are not published"})
    void confirmsWhatOthersWrite(String who) throws Exception {
        try (Replica replica =
                Replica.of(15, 15, "CREATE TABLE t (id int PRIMARY KEY)").started()) {
            replica.source("INSERT INTO t VALUES (1)");
            replica.sync();
            boolean neighbour = who.startsWith("a neighbour");
            String database = neighbour ? replica.name + "_neighbour" : replica.sourceDatabase;
            PostgresServer server = replica.sourceServer;
            if (neighbour) {
                server.createDatabase(database);
            }
            try {
                server.execute(database, "CREATE TABLE busy (id int)");
                for (int i = 0; i < 3; i++) {
                    server.execute(database, "INSERT INTO busy SELECT generate_series(1, 2000)");
                    Lsn written = Lsn.parse(server.query("postgres", "SELECT pg_current_wal_flush_lsn()")
                            .get(0));
                    await("confirmed")
                            .atMost(Duration.ofSeconds(15))
                            .untilAsserted(() -> assertThat(ReplicationSlots.state(replica.sourceSession, replica.name)
                                            .orElseThrow()
                                            .confirmedFlush())
                                    .isGreaterThanOrEqualTo(written));
                }
            } finally {
                if (neighbour) {
                    server.dropDatabase(database);
                }
            }
            assertThat(replica.subscriber().status().reconnects()).isZero();
            assertThat(replica.subscriber().status().counters().rows()).isEqualTo(1);
        }
    }
}
