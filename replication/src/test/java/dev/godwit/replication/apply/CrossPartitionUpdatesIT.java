package dev.godwit.replication.apply;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hazards B3 and B4: rows that move between partitions, and parents and children of which each has rows of its own. */
final class CrossPartitionUpdatesIT {

    private static final String LARGE = "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 400) i)";

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#from13")
    void movesRowsWithTheirLargeValues(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                        from,
                        to,
                        "CREATE TABLE root (k int, id int, big text, n int, PRIMARY KEY (k, id)) PARTITION BY LIST (k)",
                        "CREATE TABLE one PARTITION OF root FOR VALUES IN (1)",
                        "CREATE TABLE two (n int, big text, id int NOT NULL, k int NOT NULL)",
                        "ALTER TABLE two ALTER big SET STORAGE EXTERNAL",
                        "ALTER TABLE root ATTACH PARTITION two FOR VALUES IN (2)",
                        "CREATE TABLE rest PARTITION OF root DEFAULT PARTITION BY RANGE (id)",
                        "CREATE TABLE rest_low PARTITION OF rest FOR VALUES FROM (MINVALUE) TO (5)",
                        "CREATE TABLE rest_high PARTITION OF rest DEFAULT")
                .started()) {
            replica.source("INSERT INTO root SELECT k, i, " + LARGE
                    + ", 0 FROM generate_series(1, 3) k, generate_series(1, 8) i");
            way.bring(replica, () -> {
                replica.source(
                        "UPDATE root SET k = 2 WHERE k = 1 AND id < 0",
                        "UPDATE root SET n = 1 WHERE id = 1",
                        "UPDATE root SET id = id + 10 WHERE k = 2",
                        "UPDATE root SET k = 2, n = n + 1 WHERE k = 1 AND id < 5",
                        "UPDATE root SET id = id + 20 WHERE k = 3 AND id IN (3, 7)",
                        "UPDATE root SET id = -id WHERE k = 3 AND id = 8");
                replica.sourceTransaction(
                        "UPDATE root SET k = 1 WHERE k = 2 AND id = 11",
                        "UPDATE root SET k = 2 WHERE k = 1 AND id = 11",
                        "UPDATE root SET n = -1 WHERE id = 11",
                        "DELETE FROM root WHERE k = 2 AND id = 1",
                        "UPDATE root SET k = 4 WHERE id = 12");
            });
            replica.assertSame("one", "two", "rest_low", "rest_high");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void keepsParentsAndChildrenOfInheritanceApart(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                        from,
                        to,
                        "CREATE TABLE animal (id int PRIMARY KEY, v text)",
                        "CREATE TABLE dog (breed text, PRIMARY KEY (id)) INHERITS (animal)",
                        "CREATE TABLE puppy () INHERITS (dog)",
                        "ALTER TABLE puppy REPLICA IDENTITY FULL")
                .started()) {
            replica.source(
                    "INSERT INTO animal VALUES (1, 'a'), (2, 'b'), (3, 'c')",
                    "INSERT INTO dog VALUES (1, 'a', 'x'), (2, 'b', 'y')",
                    "INSERT INTO puppy VALUES (1, 'a', 'x'), (1, 'a', 'x'), (2, NULL, NULL)");
            way.bring(
                    replica,
                    () -> replica.source(
                            "UPDATE ONLY animal SET v = 'parent' WHERE id = 1",
                            "UPDATE animal SET id = id + 10 WHERE id = 2",
                            "DELETE FROM ONLY dog WHERE id = 1",
                            "DELETE FROM puppy WHERE ctid = '(0,1)'",
                            "INSERT INTO dog VALUES (3, 'd', 'z')",
                            "DELETE FROM ONLY animal WHERE id = 3"));
            replica.assertSame("animal", "dog", "puppy");
        }
    }
}
