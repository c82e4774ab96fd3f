package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.replication.ServerConnections;
import dev.godwit.testkit.FaultProxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The network swallows what the source sends, without ending the connection. */
@Tag("F6")
final class HalfOpenIT {

    @ParameterizedTest
    @ValueSource(strings = {"both directions", "to the client", "in the middle of a message"})
    void opensAStreamAnewThatIsSilentAlthoughItIsAsked(String what) throws Exception {
        Replica replica = Replica.of(15, 15, "CREATE TABLE t (id int PRIMARY KEY, v text)");
        try (replica;
                FaultProxy proxy = FaultProxy.before(replica.sourceServer)) {
            Properties properties = new Properties();
            properties.setProperty("user", replica.sourceServer.superuser());
            properties.setProperty("ApplicationName", replica.name);
            replica.tuned(builder -> builder.source(ServerConnections.of(proxy.url(replica.sourceDatabase), properties))
                            .silence(Duration.ofMillis(1500)))
                    .started();
            replica.source("INSERT INTO t VALUES (1, 'before')");
            replica.sync();
            if (what.equals("both directions")) {
                Thread.sleep(2500);
                assertThat(replica.subscriber().status().reconnects())
                        .as("while idle, but answering")
                        .isZero();
                proxy.stall();
            } else if (what.equals("to the client")) {
                proxy.stall(FaultProxy.Direction.TO_CLIENT);
            } else {
                proxy.latency(Duration.ofMillis(30));
                replica.source("INSERT INTO t SELECT i, repeat('x', 100000) FROM generate_series(10, 40) i");
                Thread.sleep(100);
                proxy.stall();
                proxy.latency(Duration.ZERO);
            }
            replica.source("INSERT INTO t VALUES (2, 'meanwhile')");
            await("noticed")
                    .atMost(Replica.LIMIT)
                    .until(() -> replica.subscriber().status().reconnects() == 1);
            proxy.resume();
            replica.source("INSERT INTO t VALUES (3, 'after')");
            replica.assertSame("t");
        }
    }

    @Test
    void letsTheTargetNoticeAClientThatIsGoneAndHoldsLocks() throws Exception {
        try (Replica replica = Replica.of(15, 15)) {
            for (ServerConnections server : List.of(replica.source, replica.target)) {
                try (Connection session = server.open()) {
                    assertThat(Replica.query(session, "SHOW tcp_keepalives_idle"))
                            .containsExactly("30");
                    assertThat(session.getNetworkTimeout())
                            .as("statements take as long as they like")
                            .isZero();
                }
            }
            replica.arrange();
        }
    }
}
