package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.SlotLostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SlotLostIT {

    @ParameterizedTest
    @ValueSource(strings = {"dropped", "advanced", "recreated", "other plugin"})
    void stopsAndSaysThatChangesAreLost(String what) throws Exception {
        try (Replica replica =
                Replica.of(15, 15, "CREATE TABLE t (id int PRIMARY KEY)").started()) {
            replica.source("INSERT INTO t VALUES (1)");
            replica.assertSame("t");
            replica.stop();
            replica.source("INSERT INTO t VALUES (2)");
            if (what.equals("advanced")) {
                replica.source("SELECT pg_replication_slot_advance('" + replica.name + "', pg_current_wal_lsn())");
            } else {
                ReplicationSlots.drop(replica.sourceSession, replica.name, Replica.LIMIT);
            }
            if (what.equals("recreated")) {
                replica.source("SELECT pg_create_logical_replication_slot('" + replica.name + "', 'pgoutput')");
            } else if (what.equals("other plugin")) {
                replica.source("SELECT pg_create_logical_replication_slot('" + replica.name + "', 'test_decoding')");
            }
            replica.start();
            assertThatThrownBy(replica::sync)
                    .isInstanceOf(SlotLostException.class)
                    .hasMessageContaining("changes of the source are lost")
                    .hasMessageContaining(replica.name);
            assertThat(replica.targetQuery("SELECT id FROM t")).containsExactly("1");
        }
    }
}
