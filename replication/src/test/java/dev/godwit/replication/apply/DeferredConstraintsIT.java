package dev.godwit.replication.apply;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hazard A8: constraints that the source checked at the end of a statement or transaction do not hold row by row. */
final class DeferredConstraintsIT {

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void swapsValuesOfDeferrableConstraints(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                        from,
                        to,
                        "CREATE TABLE t (id int PRIMARY KEY, pos int UNIQUE DEFERRABLE, rank int UNIQUE DEFERRABLE INITIALLY"
                                + " DEFERRED, span int4range, EXCLUDE USING gist (span WITH &&) DEFERRABLE)",
                        "CREATE TABLE bag (k int PRIMARY KEY DEFERRABLE, v text)",
                        "ALTER TABLE bag REPLICA IDENTITY FULL")
                .started()) {
            replica.source(
                    "INSERT INTO t SELECT i, i, i, int4range(i, i + 1) FROM generate_series(1, 20) i",
                    "INSERT INTO bag SELECT i, 'v' || i FROM generate_series(1, 9) i");
            way.bring(replica, () -> {
                replica.source(
                        "UPDATE t SET pos = 21 - pos",
                        "UPDATE t SET rank = rank % 20 + 1",
                        "UPDATE t SET span = int4range(20 - lower(span), 21 - lower(span))",
                        "UPDATE bag SET k = 10 - k",
                        "UPDATE bag SET v = 'w', k = k % 9 + 1");
                replica.sourceTransaction(
                        "INSERT INTO t VALUES (30, NULL, 5)",
                        "UPDATE t SET pos = 40 WHERE id = 3",
                        "UPDATE t SET rank = 50 WHERE rank = 5 AND id <> 30",
                        "DELETE FROM t WHERE id = 4");
            });
            replica.assertSame("t", "bag");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void appliesChildrenBeforeTheirParentsAndCascadesOnce(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                        from,
                        to,
                        "CREATE TABLE parent (id int PRIMARY KEY)",
                        "CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE"
                                + " DEFERRABLE)",
                        "CREATE TABLE orphan (id int PRIMARY KEY, parent int REFERENCES parent ON DELETE SET NULL)",
                        "CREATE TABLE node (id int PRIMARY KEY, up int REFERENCES node ON DELETE CASCADE)")
                .started()) {
            way.bring(replica, () -> {
                replica.sourceTransaction(
                        "SET CONSTRAINTS ALL DEFERRED",
                        "INSERT INTO child SELECT i, i % 5 FROM generate_series(1, 20) i",
                        "INSERT INTO parent SELECT generate_series(0, 4)");
                replica.source(
                        "INSERT INTO orphan SELECT i, i % 5 FROM generate_series(1, 20) i",
                        "INSERT INTO node SELECT i, nullif(i / 2, 0) FROM generate_series(1, 30) i",
                        "DELETE FROM parent WHERE id = 1",
                        "DELETE FROM orphan WHERE parent = 2",
                        "UPDATE parent SET id = 22 WHERE id = 2",
                        "DELETE FROM node WHERE id = 3");
            });
            replica.assertSame("parent", "child", "orphan", "node");
        }
    }
}
