package dev.godwit.replication.apply;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hazard A8: values of a unique index other than the key that move from row to row. */
final class MovedUniqueValuesIT {

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void movesAUniqueValueFromOneRowToAnother(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                        from,
                        to,
                        "CREATE TABLE t (id int PRIMARY KEY, mail text UNIQUE, nick text)",
                        "CREATE UNIQUE INDEX ON t (lower(nick)) WHERE id < 100")
                .started()) {
            replica.source("INSERT INTO t SELECT i, 'm' || i, 'n' || i FROM generate_series(1, 20) i");
            way.bring(replica, () -> {
                replica.sourceTransaction("DELETE FROM t WHERE id = 1", "INSERT INTO t VALUES (31, 'm1', 'N1')");
                replica.sourceTransaction(
                        "UPDATE t SET mail = NULL WHERE id = 2",
                        "UPDATE t SET mail = 'm2' WHERE id = 3",
                        "UPDATE t SET mail = 'm3' WHERE id = 2");
                replica.sourceTransaction(
                        "UPDATE t SET mail = 'free' WHERE id = 4",
                        "INSERT INTO t VALUES (32, 'm4', 'n32')",
                        "DELETE FROM t WHERE id = 5",
                        "UPDATE t SET mail = 'm5', nick = 'n5' WHERE id = 6");
                replica.source("UPDATE t SET id = 107 WHERE id = 7", "INSERT INTO t VALUES (33, 'm33', 'n7')");
                replica.sourceTransaction(
                        "UPDATE t SET id = -8 WHERE id = 8",
                        "UPDATE t SET mail = 'm8!' WHERE id = -8",
                        "INSERT INTO t VALUES (8, 'm8', 'again')");
                replica.source(
                        "DELETE FROM t WHERE id = 9",
                        "INSERT INTO t VALUES (34, 'm9', 'n9')",
                        "DELETE FROM t WHERE id = 34",
                        "INSERT INTO t VALUES (9, 'm9', 'N9')");
            });
            replica.assertSame("t");
        }
    }
}
