package dev.godwit.replication.apply;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hazards A2 and A4: what identifies a row is read from every description of the table, and may change under way. */
final class ChangedIdentityIT {

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void followsTheIdentityThatTheSourceUsesNow(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                        from,
                        to,
                        "CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b int NOT NULL, v text)",
                        "CREATE UNIQUE INDEX t_ab ON t (b, a)",
                        "CREATE UNIQUE INDEX t_a ON t (a)")
                .started()) {
            replica.source("INSERT INTO t SELECT i, 'a' || i, i, 'v' FROM generate_series(1, 20) i");
            way.bring(
                    replica,
                    () -> replica.source(
                            "UPDATE t SET v = 'by key', a = 'A1' WHERE id = 1",
                            "ALTER TABLE t REPLICA IDENTITY USING INDEX t_ab",
                            "UPDATE t SET v = 'by b and a' WHERE id = 2",
                            "UPDATE t SET id = 30, v = 'another key' WHERE id = 3",
                            "UPDATE t SET b = 40 WHERE id = 4",
                            "DELETE FROM t WHERE id = 5",
                            "ALTER TABLE t REPLICA IDENTITY USING INDEX t_a",
                            "UPDATE t SET b = 60, a = 'A6' WHERE id = 6",
                            "DELETE FROM t WHERE a = 'a7'",
                            "ALTER TABLE t REPLICA IDENTITY FULL",
                            "UPDATE t SET id = -id, v = NULL WHERE id BETWEEN 8 AND 10",
                            "DELETE FROM t WHERE id = -9",
                            "ALTER TABLE t REPLICA IDENTITY DEFAULT",
                            "UPDATE t SET id = -id WHERE id < 0",
                            "DELETE FROM t WHERE id = 20"));
            replica.assertSame("t");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void neverTakesTheEmptyColumnsOfAnOldKeyForValues(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                        from, to, "CREATE TABLE t (v text, a int, w text DEFAULT 'd', b text, PRIMARY KEY (b, a))")
                .started()) {
            replica.source("INSERT INTO t SELECT 'v' || i, i, 'w', 'b' FROM generate_series(1, 9) i");
            way.bring(
                    replica,
                    () -> replica.source(
                            "UPDATE t SET a = 10 WHERE a = 1",
                            "UPDATE t SET b = 'c', v = NULL WHERE a = 2",
                            "UPDATE t SET b = 'd', a = 3 WHERE a = 3",
                            "UPDATE t SET b = b WHERE a = 4",
                            "DELETE FROM t WHERE a = 5"));
            replica.assertSame("t");
        }
    }
}
