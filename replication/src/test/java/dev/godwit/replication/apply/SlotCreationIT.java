package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.ReplicationSlots;
import dev.godwit.replication.SystemIdentity;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("R5")
final class SlotCreationIT {

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairs")
    void namesWhatItWaitsForWhenTheTimeIsUp(int from, int to) throws Exception {
        try (Replica replica = Replica.of(from, to, "CREATE TABLE t (id int PRIMARY KEY)")) {
            replica.sourceSession.setAutoCommit(false);
            replica.source("INSERT INTO t VALUES (1)", "PREPARE TRANSACTION '" + replica.name + "'");
            replica.sourceSession.setAutoCommit(true);
            try (Connection replication = replica.source.openReplication()) {
                assertThatThrownBy(
                                () -> ReplicationSlots.create(replication, replica.name, false, Duration.ofSeconds(1)))
                        .isInstanceOf(ReplicationException.class)
                        .hasMessageContaining("'" + replica.name + "'")
                        .hasMessageContaining("prepared transaction");
            }
            assertThat(ReplicationSlots.state(replica.sourceSession, replica.name))
                    .isEmpty();
            replica.source("ROLLBACK PREPARED '" + replica.name + "'");
            replica.arrange();
            assertThat(ReplicationSlots.state(replica.sourceSession, replica.name))
                    .hasValueSatisfying(state -> {
                        assertThat(state.plugin()).isEqualTo("pgoutput");
                        assertThat(state.database()).isEqualTo(replica.sourceDatabase);
                        assertThat(state.invalidation()).isEmpty();
                        assertThat(state.confirmedFlush()).isEqualTo(replica.consistentPoint());
                    });
            assertThat(SystemIdentity.of(replica.source).isSameDatabaseAs(SystemIdentity.of(replica.target)))
                    .isFalse();
        }
    }
}
