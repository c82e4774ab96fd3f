package dev.godwit.replication.apply;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hazard A6: keys that change hands within a transaction, and within a batch. */
final class KeySwapsIT {

    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text)";
    private static final String ROWS = "INSERT INTO t SELECT i, 'row ' || i FROM generate_series(1, 9) i";

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void swapsAndRotatesKeysWithinOneTransaction(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to, TABLE).started()) {
            replica.source(ROWS);
            way.bring(replica, () -> {
                replica.sourceTransaction(
                        "UPDATE t SET id = 0 WHERE id = 1",
                        "UPDATE t SET id = 1 WHERE id = 2",
                        "UPDATE t SET id = 2 WHERE id = 0");
                replica.sourceTransaction(
                        "UPDATE t SET id = -3, v = v || ' a' WHERE id = 3",
                        "UPDATE t SET id = 3 WHERE id = 4",
                        "UPDATE t SET id = 4, v = v || ' b' WHERE id = 5",
                        "UPDATE t SET id = 5 WHERE id = -3",
                        "UPDATE t SET v = v || ' c' WHERE id = 5");
                replica.sourceTransaction(
                        "UPDATE t SET id = 100 WHERE id = 6",
                        "UPDATE t SET id = 6 WHERE id = 100",
                        "UPDATE t SET id = id + 1000 WHERE id > 6");
            });
            replica.assertSame("t");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void movesAKeyToOneThatWasDeletedInTheSameTransaction(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to, TABLE).started()) {
            replica.source(ROWS);
            way.bring(replica, () -> {
                replica.sourceTransaction("DELETE FROM t WHERE id = 1", "UPDATE t SET id = 1 WHERE id = 2");
                replica.sourceTransaction(
                        "DELETE FROM t WHERE id = 3",
                        "UPDATE t SET id = 3 WHERE id = 4",
                        "INSERT INTO t VALUES (4, 'new')",
                        "DELETE FROM t WHERE id = 3",
                        "UPDATE t SET id = 3 WHERE id = 4");
                replica.sourceTransaction(
                        "INSERT INTO t VALUES (50, 'passing')",
                        "UPDATE t SET id = 51 WHERE id = 50",
                        "UPDATE t SET id = 52, v = 'passed' WHERE id = 51",
                        "DELETE FROM t WHERE id = 52",
                        "INSERT INTO t VALUES (51, 'last')");
            });
            replica.assertSame("t");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void shiftsAllKeysOntoEachOther(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to, "CREATE TABLE t (a int, b text, v text, PRIMARY KEY (a, b))")
                .started()) {
            replica.source("INSERT INTO t SELECT i, 'k', 'row ' || i FROM generate_series(1, 300) i");
            way.bring(replica, () -> {
                replica.source("DO $$ BEGIN FOR i IN REVERSE 300..1 LOOP"
                        + " UPDATE t SET a = a + 1 WHERE a = i AND b = 'k'; END LOOP; END $$");
                replica.source("UPDATE t SET b = 'l' WHERE a % 2 = 0");
                replica.source("DO $$ BEGIN FOR i IN 2..301 LOOP"
                        + " UPDATE t SET a = a - 1, v = v || '.' WHERE a = i AND b = 'k'; END LOOP; END $$");
                replica.source("INSERT INTO t SELECT i, 'l', 'again ' || i FROM generate_series(1, 300, 2) i");
            });
            replica.assertSame("t");
        }
    }
}
