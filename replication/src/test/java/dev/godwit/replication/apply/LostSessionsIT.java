package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationException;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.StopMode;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("F3")
final class LostSessionsIT {

    private static final String TABLE = "CREATE TABLE t (id bigserial, v text)";

    @ParameterizedTest
    @ValueSource(strings = {"source", "target"})
    void goesOnFromTheStoredPositionWhenASessionIsTerminated(String side) throws Exception {
        try (Replica replica = Replica.of(13, 17, TABLE).started()) {
            for (int i = 0; i < 3; i++) {
                replica.source("INSERT INTO t (v) SELECT 'x' FROM generate_series(1, 20000)");
                PostgresServer server = side.equals("source") ? replica.sourceServer : replica.targetServer;
                await().atMost(Replica.LIMIT)
                        .untilAsserted(() -> assertThat(server.query(
                                        "postgres",
                                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"
                                                + replica.name + "'"))
                                .contains("t"));
            }
            replica.assertSame("t");
            assertThat(replica.targetQuery("SELECT count(*) FROM t")).containsExactly("60000");
            assertThat(replica.subscriber().status().reconnects()).isPositive();
        }
    }

    @Test
    void losesNothingWhenTheTargetIsKilledUnderLoad() throws Exception {
        try (PostgresServer target = PostgresServer.builder(17).start();
                Replica replica = new Replica(Servers.of(13), target, TABLE).started()) {
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 200; j++) {
                    replica.source("INSERT INTO t (v) VALUES ('x')");
                }
                target.kill();
                replica.source("INSERT INTO t (v) VALUES ('while down')");
                target.start();
            }
            replica.reconnectTarget();
            replica.assertSame("t");
            assertThat(replica.targetQuery("SELECT count(*) FROM t")).containsExactly("603");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void losesNothingWhenTheSourceCrashes(boolean kill) throws Exception {
        try (PostgresServer source = PostgresServer.builder(15).start();
                Replica replica = new Replica(source, Servers.of(15), TABLE).started()) {
            replica.source("INSERT INTO t (v) SELECT 'x' FROM generate_series(1, 1000)");
            if (kill) {
                source.kill();
            } else {
                source.stop(StopMode.IMMEDIATE);
            }
            source.start();
            try (Connection session = replica.source.open()) {
                Replica.execute(session, "INSERT INTO public.t (v) VALUES ('after')");
                assertThat(replica.subscriber()
                                .awaitApplied(dev.godwit.replication.WalPosition.flushedEnd(session), Replica.LIMIT))
                        .isTrue();
            }
            assertThat(replica.targetQuery("SELECT count(*) FROM t")).containsExactly("1001");
            replica.reconnectSource();
        }
    }

    @Test
    void stopsTheSourceQuicklyWhenIdle() throws Exception {
        try (PostgresServer source = PostgresServer.builder(15).start();
                Replica replica = new Replica(source, Servers.of(15), TABLE).started()) {
            replica.source("INSERT INTO t (v) VALUES ('x')");
            replica.sync();
            long before = System.nanoTime();
            source.stop(StopMode.FAST);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
            source.start();
            replica.reconnectSource();
            replica.sync();
        }
    }

    @Test
    void waitsForALockOnTheTargetAndGoesOn() throws Exception {
        try (Replica replica = Replica.of(15, 15, TABLE).started()) {
            try (Connection blocker = replica.target.open()) {
                blocker.setAutoCommit(false);
                Replica.execute(blocker, "LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE");
                replica.source("INSERT INTO t (v) VALUES ('x')");
                assertThat(replica.subscriber().awaitApplied(replica.end(), Duration.ofMillis(300)))
                        .isFalse();
                blocker.rollback();
            }
            replica.assertSame("t");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void givesUpOnAPublicationThatDoesNotExist(int major) throws Exception {
        try (Replica replica = Replica.of(major, 18, TABLE).arrange()) {
            replica.source("DROP PUBLICATION " + replica.name, "INSERT INTO t (v) VALUES ('x')");
            replica.start();
            assertThatThrownBy(replica::sync)
                    .isInstanceOf(ReplicationException.class)
                    .hasMessageContaining("42704");
            assertThat(replica.subscriber().status().state()).isEqualTo(SubscriberState.FAILED);
        }
    }

    @Test
    void givesUpAfterTheTimeThatWasSet() throws Exception {
        try (PostgresServer target = PostgresServer.builder(17).start();
                Replica replica = new Replica(Servers.of(13), target, TABLE)
                        .tuned(builder -> builder.giveUpAfter(Duration.ofMillis(500)))
                        .started()) {
            replica.sync();
            target.stop(StopMode.IMMEDIATE);
            replica.source("INSERT INTO t (v) VALUES ('x')");
            assertThatThrownBy(replica::sync)
                    .isInstanceOf(ReplicationException.class)
                    .hasMessageContaining("nothing is lost");
            target.start();
            replica.reconnectTarget();
        }
    }

    @Test
    void retriesAnewWhatIsLostAfterAWhileInWhichNothingHadToBeApplied() throws Exception {
        try (PostgresServer source = PostgresServer.builder(15).start();
                Replica replica = new Replica(source, Servers.of(15), TABLE)
                        .tuned(builder -> builder.giveUpAfter(Duration.ofSeconds(1)))
                        .started()) {
            replica.sync();
            Lsn end = replica.end();
            await().atMost(Replica.LIMIT)
                    .until(() -> replica.subscriber().status().applied().isAtOrAfter(end));
            endStream(replica);
            await().atMost(Replica.LIMIT)
                    .until(() -> replica.subscriber().status().state() == SubscriberState.STREAMING);
            await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
            endStream(replica);
            replica.sync();
            assertThat(replica.subscriber().status().reconnects()).isGreaterThan(1);
        }
    }

    private static void endStream(Replica replica) {
        Subscriber subscriber = replica.subscriber();
        long before = subscriber.status().reconnects();
        assertThat(replica.sourceServer.query(
                        "postgres", "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots"))
                .containsExactly("t");
        await().atMost(Replica.LIMIT)
                .until(() -> subscriber.status().reconnects() > before
                        || subscriber.status().failure().isPresent());
    }
}
