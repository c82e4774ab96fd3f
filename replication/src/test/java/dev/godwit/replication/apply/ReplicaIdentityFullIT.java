package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ReplicaIdentityFullIT {

    private static final String[] TABLES = {
        "CREATE TABLE bag (a int, b text, c json, d point, e xml, f numeric, g int[], h char(5))",
        "ALTER TABLE bag REPLICA IDENTITY FULL",
        "CREATE TABLE empty ()",
        "ALTER TABLE empty REPLICA IDENTITY FULL"
    };

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairs")
    void touchesExactlyOneOfSeveralEqualRows(int from, int to) throws Exception {
        try (Replica replica = Replica.of(from, to, TABLES).started()) {
            replica.source(
                    "INSERT INTO bag SELECT 1, 'x', '{\"k\": 1, \"k\":2}', '(1,2)', '<a/>', 1.0, '{1,NULL}', 'ab'"
                            + " FROM generate_series(1, 3)",
                    "INSERT INTO bag VALUES (1, 'x', '{\"k\": 1, \"k\":2}', '(1,2)', '<a/>', 1.00, '{1,NULL}', 'ab')",
                    "INSERT INTO bag SELECT FROM generate_series(1, 2)",
                    "DELETE FROM bag WHERE ctid = (SELECT ctid FROM bag WHERE f::text = '1.00')",
                    "DELETE FROM bag WHERE ctid = (SELECT max(ctid::text)::tid FROM bag WHERE a = 1)",
                    "UPDATE bag SET b = NULL, d = '(3,4)' WHERE ctid = (SELECT min(ctid::text)::tid FROM bag WHERE a = 1)",
                    "DELETE FROM bag WHERE ctid = (SELECT min(ctid::text)::tid FROM bag WHERE a IS NULL)");
            replica.assertSame("bag");
            assertThat(replica.targetQuery("SELECT count(*) FROM bag")).containsExactly("3");
            assertThat(replica.targetQuery("SELECT f::text FROM bag WHERE a = 1"))
                    .containsOnly("1.0");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairs")
    void appliesToTablesWithoutColumnsAndUsesTheTargetsKeyWhereThereIsOne(int from, int to) throws Exception {
        try (Replica replica = Replica.of(from, to, TABLES)) {
            replica.source("CREATE TABLE keyed (id int NOT NULL, v json)", "ALTER TABLE keyed REPLICA IDENTITY FULL");
            replica.target("CREATE TABLE keyed (id int PRIMARY KEY, v json)");
            replica.started();
            replica.source(
                    "INSERT INTO empty SELECT FROM generate_series(1, 3)",
                    "DELETE FROM empty WHERE ctid = '(0,1)'",
                    "INSERT INTO keyed VALUES (1, '1'), (2, '2'), (3, '3')",
                    "UPDATE keyed SET v = '[]', id = 20 WHERE id = 2",
                    "UPDATE keyed SET v = NULL WHERE id = 3",
                    "UPDATE keyed SET v = v",
                    "DELETE FROM keyed WHERE id = 1");
            replica.assertSame("keyed");
            assertThat(replica.targetQuery("SELECT count(*) FROM empty")).containsExactly("2");
        }
    }

    /** The collation decides what is equal to an operator, and a cast to text keeps it. */
    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairsFrom13")
    void tellsTextsApartThatACollationTakesForTheSame(int from, int to) throws Exception {
        String provider = "SELECT 1 FROM pg_collation WHERE collprovider = 'i' LIMIT 1";
        Assumptions.assumeFalse(
                Servers.of(from).query("postgres", provider).isEmpty()
                        || Servers.of(to).query("postgres", provider).isEmpty(),
                "servers are built with ICU");
        try (Replica replica = Replica.of(
                        from,
                        to,
                        "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                        "CREATE DOMAIN label AS varchar(9) COLLATE loose",
                        "CREATE TABLE bag (k text COLLATE loose, d label, l text[] COLLATE loose, c char(3) COLLATE loose)",
                        "ALTER TABLE bag REPLICA IDENTITY FULL")
                .started()) {
            replica.source(
                    "INSERT INTO bag VALUES ('A', 'x', '{x}', 'x'), ('a', 'x', '{x}', 'x'), ('b', 'A', '{x}', 'x'),"
                            + " ('b', 'a', '{x}', 'x'), ('c', 'x', '{A}', 'x'), ('c', 'x', '{a}', 'x'), ('d', 'x', '{x}', 'A'),"
                            + " ('d', 'x', '{x}', 'a')",
                    "DELETE FROM bag WHERE k = 'a' COLLATE \"C\"",
                    "UPDATE bag SET k = 'z' WHERE d = 'a' COLLATE \"C\"",
                    "DELETE FROM bag WHERE l::text = '{a}' COLLATE \"C\"",
                    "UPDATE bag SET d = 'y' WHERE c = 'a' COLLATE \"C\"");
            replica.assertSame("bag");
        }
    }
}
