package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PartitionsAndInheritanceIT {

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairsFrom13")
    void addressesLeavesDirectlyAndParentsAlone(int from, int to) throws Exception {
        try (Replica replica = Replica.of(
                        from,
                        to,
                        "CREATE TABLE root (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                        "CREATE TABLE low PARTITION OF root FOR VALUES FROM (0) TO (100)",
                        "CREATE TABLE high PARTITION OF root FOR VALUES FROM (100) TO (200)",
                        "CREATE TABLE animal (id int PRIMARY KEY, v text)",
                        "CREATE TABLE dog (PRIMARY KEY (id)) INHERITS (animal)")
                .started()) {
            replica.source(
                    "INSERT INTO root SELECT i, 'v' FROM generate_series(0, 199) i",
                    "UPDATE root SET id = id + 100 WHERE id BETWEEN 10 AND 20 AND id + 100 NOT BETWEEN 100 AND 199"
                            + " OR id = -1",
                    "DELETE FROM root WHERE id BETWEEN 110 AND 120",
                    "UPDATE root SET id = id + 100 WHERE id BETWEEN 10 AND 20",
                    "INSERT INTO animal VALUES (1, 'a'), (2, 'b')",
                    "INSERT INTO dog VALUES (1, 'd'), (3, 'e')",
                    "UPDATE ONLY animal SET v = 'changed' WHERE id = 1",
                    "DELETE FROM dog WHERE id = 1");
            replica.assertSame("low", "high", "animal", "dog");
            replica.source("TRUNCATE low");
            replica.assertSame("low", "high", "animal", "dog");
            assertThat(replica.targetQuery("SELECT count(*) FROM root")).containsExactly("100");
        }
    }
}
