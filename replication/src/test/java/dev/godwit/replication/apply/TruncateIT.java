package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TruncateIT {

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairsFrom13")
    void emptiesTheSameTablesInOneStatement(int from, int to) throws Exception {
        try (Replica replica = Replica.of(
                        from,
                        to,
                        "CREATE TABLE parent (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, v text)",
                        "CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent)",
                        "CREATE TABLE other (id int PRIMARY KEY)")
                .started()) {
            replica.source(
                    "INSERT INTO parent (v) VALUES ('a'), ('b')",
                    "INSERT INTO child VALUES (1, 1)",
                    "INSERT INTO other VALUES (1)");
            replica.assertSame("parent", "child", "other");
            replica.target("SELECT setval(pg_get_serial_sequence('parent', 'id'), 99)");
            replica.sourceTransaction(
                    "INSERT INTO other VALUES (2)",
                    "TRUNCATE parent RESTART IDENTITY CASCADE",
                    "INSERT INTO parent (v) VALUES ('after')");
            replica.assertSame("parent", "child", "other");
            assertThat(replica.targetQuery("SELECT count(*) FROM child")).containsExactly("0");
            assertThat(replica.targetQuery("SELECT nextval(pg_get_serial_sequence('parent', 'id'))"))
                    .containsExactly("1");
            assertThat(replica.subscriber().status().counters().truncates()).isEqualTo(1);
        }
    }
}
