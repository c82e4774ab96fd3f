package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hazards A6 and A9: the same key in many changes, within a transaction and over many in one batch. */
final class ShortLivedRowsIT {

    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text, n int DEFAULT 0)";

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void leavesNothingOfRowsThatComeAndGo(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to, TABLE).started()) {
            replica.source("INSERT INTO t VALUES (1, 'stays'), (2, 'goes')");
            way.bring(replica, () -> {
                replica.sourceTransaction("INSERT INTO t VALUES (10, 'x')", "DELETE FROM t WHERE id = 10");
                replica.sourceTransaction(
                        "INSERT INTO t VALUES (11, 'x')",
                        "UPDATE t SET v = 'y' WHERE id = 11",
                        "UPDATE t SET id = 12 WHERE id = 11",
                        "DELETE FROM t WHERE id = 12");
                replica.sourceTransaction(
                        "DELETE FROM t WHERE id = 2", "INSERT INTO t VALUES (2, 'z')", "DELETE FROM t WHERE id = 2");
                replica.sourceTransaction("UPDATE t SET v = 'changed'", "DELETE FROM t");
            });
            replica.assertSame("t");
            assertThat(replica.targetQuery("SELECT count(*) FROM t")).containsExactly("0");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void bringsTheLastStateOfAKeyThatManyTransactionsTouch(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to, TABLE).started()) {
            way.bring(replica, () -> {
                for (int round = 1; round <= 5; round++) {
                    replica.source(
                            "INSERT INTO t VALUES (1, 'round " + round + "'), (2, 'b')",
                            "UPDATE t SET v = v || '!', n = n + 1",
                            "UPDATE t SET n = n + 1 WHERE id = 1",
                            "UPDATE t SET v = NULL WHERE id = 2",
                            "DELETE FROM t WHERE id = 1",
                            "UPDATE t SET id = 1 WHERE id = 2",
                            "UPDATE t SET v = 'kept " + round + "', n = DEFAULT");
                    if (round < 5) {
                        replica.source("DELETE FROM t");
                    }
                }
                replica.source("INSERT INTO t VALUES (2, 'last')", "UPDATE t SET n = -1 WHERE id = 2");
            });
            replica.assertSame("t");
            assertThat(replica.targetQuery("SELECT v FROM t ORDER BY id")).containsExactly("kept 5", "last");
        }
    }
}
