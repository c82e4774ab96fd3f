package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.SlotLostException;
import dev.godwit.testkit.PostgresServer;
import dev.godwit.testkit.StopMode;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("F8")
final class SlotLostIT {

    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY)";

    @ParameterizedTest
    @ValueSource(strings = {"dropped", "advanced", "recreated", "other plugin"})
    void stopsAndSaysThatChangesAreLost(String what) throws Exception {
        try (Replica replica = Replica.of(15, 15, TABLE).started()) {
            replica.source("INSERT INTO t VALUES (1)");
            replica.assertSame("t");
            replica.stop();
            replica.source("INSERT INTO t VALUES (2)");
            spoil(replica, what);
            replica.start();
            assertLost(replica);
        }
    }

    /** Here the stream ends first; the subscriber must not go on with what it finds when it reconnects. */
    @ParameterizedTest
    @ValueSource(strings = {"dropped", "advanced", "recreated"})
    void stopsWhenItHappensWhileTheStreamIsRead(String what) throws Exception {
        try (Replica replica = Replica.of(15, 15, TABLE).started()) {
            replica.source("INSERT INTO t VALUES (1)");
            replica.assertSame("t");
            replica.subscriber().pauseAt(replica.end());
            replica.source("INSERT INTO t VALUES (2)");
            await("held")
                    .atMost(Replica.LIMIT)
                    .until(() -> replica.subscriber().status().state() == SubscriberState.HELD);
            replica.source("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '"
                    + replica.name + "'");
            spoil(replica, what);
            replica.subscriber().release();
            // What was received before the stream ended may still be applied: it is whole.
            replica.source("INSERT INTO t VALUES (3)");
            assertThatThrownBy(replica::sync)
                    .isInstanceOf(SlotLostException.class)
                    .hasMessageContaining("changes of the source are lost");
            assertThat(replica.targetQuery("SELECT id FROM t")).doesNotContain("3");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 18})
    void stopsWhenTheServerHasRemovedTheLogThatTheSlotNeeds(int major) throws Exception {
        try (PostgresServer source = PostgresServer.builder(major)
                        .parameter("max_slot_wal_keep_size", "1MB")
                        .parameter("max_wal_size", "32MB")
                        .parameter("min_wal_size", "32MB")
                        .start();
                Replica replica = new Replica(source, Servers.of(18), TABLE).started()) {
            replica.source("INSERT INTO t VALUES (1)");
            replica.assertSame("t");
            replica.stop();
            replica.source("INSERT INTO t VALUES (2)");
            await("the slot is lost").atMost(Replica.LIMIT).until(() -> {
                replica.source(
                        "CREATE TABLE filler (id int)", "DROP TABLE filler", "SELECT pg_switch_wal()", "CHECKPOINT");
                return replica.sourceQuery(
                                "SELECT wal_status FROM pg_replication_slots WHERE slot_name = '" + replica.name + "'")
                        .get(0)
                        .equals("lost");
            });
            replica.start();
            assertLost(replica);
        }
    }

    /** Slot, system and timeline are those of before: only the log's end tells. */
    @Test
    void stopsWhenTheSourceWasSetBack() throws Exception {
        try (PostgresServer source = PostgresServer.builder(15).start();
                Replica replica = new Replica(source, Servers.of(15), TABLE).started()) {
            replica.source("INSERT INTO t VALUES (1)");
            replica.assertSame("t");
            Path files = source.dataDirectory();
            Path snapshot = files.resolveSibling(files.getFileName() + "-snapshot");
            source.stop(StopMode.IMMEDIATE);
            run("cp", "-a", files.toString(), snapshot.toString());
            source.start();
            replica.reconnectSource();
            replica.source("INSERT INTO t SELECT generate_series(2, 5000)");
            replica.assertSame("t");
            source.stop(StopMode.IMMEDIATE);
            run("rm", "-r", files.toString());
            run("mv", snapshot.toString(), files.toString());
            source.start();
            replica.reconnectSource();
            replica.source("INSERT INTO t VALUES (2)");
            await("stopped")
                    .atMost(Replica.LIMIT)
                    .until(() -> replica.subscriber().status().state() == SubscriberState.FAILED);
            assertThatThrownBy(replica::sync)
                    .isInstanceOf(ReplicationException.class)
                    .hasMessageContaining("was set back to an older state");
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void doesNotTakeAFreshSlotForTheLostOneAfterARestartOfItsServer() throws Exception {
        try (PostgresServer source = PostgresServer.builder(15).start();
                Replica replica = new Replica(source, Servers.of(15), TABLE).started()) {
            replica.source("INSERT INTO t VALUES (1)");
            replica.assertSame("t");
            replica.stop();
            replica.source("INSERT INTO t VALUES (2)");
            spoil(replica, "recreated");
            source.restart();
            replica.reconnectSource();
            replica.start();
            assertLost(replica);
        }
    }

    private static void spoil(Replica replica, String what) throws Exception {
        await("the slot is free")
                .atMost(Replica.LIMIT)
                .until(() -> replica.sourceQuery(
                                "SELECT active FROM pg_replication_slots WHERE slot_name = '" + replica.name + "'")
                        .get(0)
                        .equals("f"));
        if (what.equals("advanced")) {
            replica.source("SELECT pg_replication_slot_advance('" + replica.name + "', pg_current_wal_lsn())");
            return;
        }
        ReplicationSlots.drop(replica.sourceSession, replica.name, Replica.LIMIT);
        if (what.equals("recreated")) {
            replica.source("SELECT pg_create_logical_replication_slot('" + replica.name + "', 'pgoutput')");
        } else if (what.equals("other plugin")) {
            replica.source("SELECT pg_create_logical_replication_slot('" + replica.name + "', 'test_decoding')");
        }
    }

    private static void assertLost(Replica replica) throws Exception {
        assertThatThrownBy(replica::sync)
                .isInstanceOf(SlotLostException.class)
                .hasMessageContaining("changes of the source are lost")
                .hasMessageContaining(replica.name);
        assertThat(replica.targetQuery("SELECT id FROM t")).containsExactly("1");
    }
}
