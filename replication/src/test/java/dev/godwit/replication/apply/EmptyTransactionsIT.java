package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.ReplicationSlots;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hazards A10 and E2: transactions that change nothing that is published move the position, and nothing else. */
final class EmptyTransactionsIT {

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairs")
    void movesThePositionOverTransactionsWithoutAChange(int from, int to) throws Exception {
        try (Replica replica = Replica.of(from, to, "CREATE TABLE t (id int PRIMARY KEY)", "CREATE TABLE empty ()")
                .started()) {
            replica.source("CREATE TABLE aside (v text)", "ALTER TABLE empty REPLICA IDENTITY FULL");
            replica.sync();
            Lsn before = replica.end();
            replica.source(
                    "INSERT INTO aside VALUES ('not published')",
                    "DO $$ BEGIN BEGIN INSERT INTO t VALUES (1); RAISE division_by_zero;"
                            + " EXCEPTION WHEN division_by_zero THEN NULL; END; PERFORM txid_current(); END $$",
                    "UPDATE t SET id = 2 WHERE false",
                    "CREATE TEMPORARY TABLE passing AS SELECT 1");
            Lsn end = replica.end();
            assertThat(end.isAfter(before)).isTrue();
            replica.sync();
            assertThat(replica.subscriber().status().counters()).isEqualTo(ApplyCounters.NONE);
            Awaitility.await()
                    .atMost(Replica.LIMIT)
                    .untilAsserted(() -> assertThat(ReplicationSlots.state(replica.sourceSession, replica.name))
                            .hasValueSatisfying(
                                    slot -> assertThat(slot.confirmedFlush().isAtOrAfter(end))
                                            .isTrue()));
            replica.sourceTransaction(
                    "INSERT INTO empty SELECT FROM generate_series(1, 3)",
                    "DELETE FROM empty WHERE ctid = '(0,2)'",
                    "INSERT INTO empty DEFAULT VALUES");
            replica.assertSame("t", "empty");
            assertThat(replica.targetQuery("SELECT count(*) FROM empty")).containsExactly("3");
            assertThat(replica.subscriber().status().counters().transactions()).isEqualTo(1);
        }
    }
}
