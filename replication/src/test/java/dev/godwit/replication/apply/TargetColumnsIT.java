package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hazard B8: columns are matched by name; what the target alone has keeps its own values. */
final class TargetColumnsIT {

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void findsColumnsInAnotherOrderAndOfWiderTypes(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to)) {
            replica.source(
                    "CREATE TABLE t (gone int, id int, a text, b numeric(6,2), c varchar(9), PRIMARY KEY (id))",
                    "ALTER TABLE t DROP gone",
                    "CREATE TABLE bag (a int, b text)",
                    "ALTER TABLE bag REPLICA IDENTITY FULL");
            replica.target(
                    "CREATE TABLE t (c text, b numeric, gone text, a text, id bigint PRIMARY KEY)",
                    "ALTER TABLE t DROP gone",
                    "CREATE TABLE bag (b varchar, a bigint)");
            replica.started();
            way.bring(
                    replica,
                    () -> replica.source(
                            "INSERT INTO t SELECT i, 'a' || i, i / 4.0, 'c' FROM generate_series(1, 9) i",
                            "UPDATE t SET id = id + 100, c = NULL WHERE id < 4",
                            "UPDATE t SET a = c, c = a WHERE id = 5",
                            "DELETE FROM t WHERE id = 6",
                            "INSERT INTO bag SELECT 1, 'x' FROM generate_series(1, 3)",
                            "DELETE FROM bag WHERE ctid = '(0,1)'",
                            "UPDATE bag SET b = 'y' WHERE ctid = '(0,2)'"));
            replica.sync();
            for (String rows : new String[] {
                "SELECT concat_ws('|', id, a, b, coalesce(c, 'null')) FROM t ORDER BY id",
                "SELECT concat_ws('|', a, b) FROM bag ORDER BY b"
            }) {
                assertThat(replica.targetQuery(rows)).isEqualTo(replica.sourceQuery(rows));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void leavesTheTargetsOwnColumnsAlone(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to, "CREATE TABLE t (id int PRIMARY KEY, v text)")) {
            replica.target(
                    "ALTER TABLE t ADD note text DEFAULT 'default', ADD n serial, ADD at timestamptz NOT NULL DEFAULT now()");
            replica.started();
            replica.source("INSERT INTO t SELECT i, 'v' FROM generate_series(1, 6) i");
            replica.sync();
            replica.target("UPDATE t SET note = 'own ' || id, n = id * 10");
            way.bring(replica, () -> {
                replica.source(
                        "UPDATE t SET v = 'w' WHERE id = 1",
                        "UPDATE t SET id = 20 WHERE id = 2",
                        "UPDATE t SET id = 30, v = NULL WHERE id = 3",
                        "UPDATE t SET v = 'again' WHERE id = 30",
                        "INSERT INTO t VALUES (7, 'new')");
                replica.sourceTransaction(
                        "UPDATE t SET id = 0 WHERE id = 4",
                        "UPDATE t SET id = 4 WHERE id = 5",
                        "UPDATE t SET id = 5 WHERE id = 0");
                replica.sourceTransaction("DELETE FROM t WHERE id = 6", "INSERT INTO t VALUES (6, 'fresh')");
            });
            replica.sync();
            assertThat(
                            replica.targetQuery(
                                    "SELECT concat_ws(' ', id, coalesce(v, '-'), note, CASE WHEN note LIKE 'own%' THEN n END) FROM t ORDER BY id"))
                    .containsExactly(
                            "1 w own 1 10",
                            "4 v own 5 50",
                            "5 v own 4 40",
                            "6 fresh default",
                            "7 new default",
                            "20 v own 2 20",
                            "30 again own 3 30");
        }
    }
}
