package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hazard A3: replica identity FULL touches exactly one row, and the right one of those that are equal to an operator. */
final class FullIdentityRowsIT {

    private static final String FULL = "ALTER TABLE bag REPLICA IDENTITY FULL";

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void tellsEqualValuesOfDifferentTextApart(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                        from,
                        to,
                        "CREATE TABLE bag (n int, a numeric, b float8, c interval, d jsonb, e char(8), f numeric[])",
                        FULL)
                .started()) {
            replica.source("INSERT INTO bag SELECT i, a, b, c, d, 'x', ARRAY[a, NULL] FROM generate_series(1, 2) i,"
                    + " (VALUES (1.0), (1.00), (NULL)) a (a),"
                    + " (VALUES (float8 '0'), ('-0'), ('NaN')) b (b),"
                    + " (VALUES (interval '1 mon'), ('30 days'), ('720:00')) c (c),"
                    + " (VALUES (jsonb '{\"k\": 1.0}'), ('{\"k\": 1.00}')) d (d)");
            way.bring(replica, () -> {
                replica.source(
                        "DELETE FROM bag WHERE n = 1 AND a::text = '1.00' AND b::text = '-0'",
                        "UPDATE bag SET n = 7 WHERE n = 1 AND c::text = '1 mon' AND d::text LIKE '%1.00%'",
                        "UPDATE bag SET a = a * 2.0 WHERE n = 2 AND b = 0 AND c::text = '30 days'",
                        "DELETE FROM bag WHERE n = 7 AND a IS NULL",
                        "UPDATE bag SET e = 'y' WHERE n = 2 AND b = 'NaN'");
            });
            replica.assertSame("bag");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void touchesOneOfManyRowsThatAreTheSame(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                        from, to, "CREATE TABLE bag (n int, j json, p point, x xml, t tsquery, m box[])", FULL)
                .started()) {
            way.bring(replica, () -> {
                replica.source(
                        "INSERT INTO bag SELECT 1, '{\"a\":1,\"a\":2 }', '(1,-0)', '<a>&lt;</a>', 'a & b', '{(1,1),(0,0)}'"
                                + " FROM generate_series(1, 6)",
                        "INSERT INTO bag SELECT FROM generate_series(1, 6)",
                        "INSERT INTO bag SELECT 1 FROM generate_series(1, 6)",
                        "DELETE FROM bag WHERE ctid IN ('(0,1)', '(0,2)', '(0,7)', '(0,13)', '(0,14)')",
                        "UPDATE bag SET n = 2 WHERE ctid IN ('(0,3)', '(0,8)', '(0,9)', '(0,15)')",
                        "UPDATE bag SET j = NULL WHERE n = 2 AND p IS NOT NULL",
                        "DELETE FROM bag WHERE ctid = (SELECT max(ctid::text)::tid FROM bag WHERE n IS NULL)");
                replica.sourceTransaction(
                        "INSERT INTO bag SELECT 5 FROM generate_series(1, 3)",
                        "DELETE FROM bag WHERE ctid = (SELECT max(ctid::text)::tid FROM bag WHERE n = 5)",
                        "UPDATE bag SET x = '<b/>' WHERE ctid = (SELECT max(ctid::text)::tid FROM bag WHERE n = 5)");
            });
            replica.assertSame("bag");
            assertThat(replica.targetQuery("SELECT count(*) FROM bag")).containsExactly("14");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void findsRowsOfUserDefinedTypes(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                        from,
                        to,
                        "CREATE SCHEMA lib",
                        "CREATE EXTENSION citext SCHEMA lib",
                        "CREATE EXTENSION hstore SCHEMA lib",
                        "CREATE TYPE lib.mood AS ENUM ('sad', 'it''s, \"ok\"')",
                        "CREATE TYPE lib.pair AS (a text, b json, c numeric)",
                        "CREATE DOMAIN lib.label AS lib.citext CHECK (VALUE <> '')",
                        "CREATE DOMAIN lib.marks AS int[]",
                        "CREATE DOMAIN lib.fixed AS char(4)",
                        "CREATE TABLE bag (n int, m lib.mood, p lib.pair, l lib.label, k lib.marks, f lib.fixed,"
                                + " h lib.hstore, c \"char\", o oid, b bit(3), v bit varying, r int4range, i name)",
                        FULL)
                .started()) {
            way.bring(
                    replica,
                    () -> replica.source(
                            "INSERT INTO bag SELECT i, 'it''s, \"ok\"', ('x,\"(y)', '{\"q\":  1}', 1.0)::lib.pair, 'Abc', '[0:1]={1,NULL}',"
                                    + " 'ab', 'a=>NULL', 'x', 4000000000, B'101', B'1', '[1,5)', 'n' FROM generate_series(1, 4) i",
                            "INSERT INTO bag SELECT i, 'sad', ROW(NULL, NULL, NULL)::lib.pair, 'aBC', '{}', '', '', '', 0, B'000', B'',"
                                    + " 'empty', '' FROM generate_series(1, 4) i",
                            "INSERT INTO bag (n) SELECT i FROM generate_series(1, 4) i",
                            "UPDATE bag SET n = 10 WHERE n = 1",
                            "UPDATE bag SET l = 'ABC' WHERE n = 2 AND l::text = 'aBC'",
                            "DELETE FROM bag WHERE n = 3",
                            "UPDATE bag SET p = NULL WHERE n = 4"));
            replica.assertSame("bag");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void usesTheTargetsKeyEvenIfItChanges(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                from,
                to,
                "CREATE TABLE bag (id int NOT NULL, j json, n numeric)",
                "ALTER TABLE bag REPLICA IDENTITY FULL")) {
            replica.target("ALTER TABLE bag ADD PRIMARY KEY (id)");
            replica.started();
            replica.source("INSERT INTO bag SELECT i, '{}', 1.0 FROM generate_series(1, 9) i");
            way.bring(replica, () -> {
                replica.source("UPDATE bag SET n = 1.00", "UPDATE bag SET id = id + 100 WHERE id < 4");
                replica.sourceTransaction(
                        "UPDATE bag SET id = 0 WHERE id = 5",
                        "UPDATE bag SET id = 5, j = '[ ]' WHERE id = 6",
                        "UPDATE bag SET id = 6 WHERE id = 0",
                        "DELETE FROM bag WHERE id = 7",
                        "INSERT INTO bag VALUES (7, NULL, NULL)");
            });
            replica.assertSame("bag");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#from13")
    void touchesOneRowOfATableThatTheTargetHasPartitioned(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to)) {
            replica.source("CREATE TABLE bag (n int, j json)", FULL);
            replica.target(
                    "CREATE TABLE bag (n int, j json) PARTITION BY LIST (n)",
                    "CREATE TABLE bag_1 PARTITION OF bag FOR VALUES IN (1)",
                    "CREATE TABLE bag_2 PARTITION OF bag FOR VALUES IN (2)",
                    "CREATE TABLE bag_0 PARTITION OF bag DEFAULT");
            replica.started();
            way.bring(
                    replica,
                    () -> replica.source(
                            "INSERT INTO bag SELECT n, '{}' FROM generate_series(1, 3) n, generate_series(1, 3)",
                            "DELETE FROM bag WHERE ctid IN ('(0,1)', '(0,4)')",
                            "UPDATE bag SET j = NULL WHERE ctid = '(0,5)'",
                            "UPDATE bag SET n = 2 WHERE ctid = '(0,2)'"));
            replica.sync();
            String rows = "SELECT n || coalesce(j::text, '') FROM bag ORDER BY 1";
            assertThat(replica.targetQuery(rows)).isEqualTo(replica.sourceQuery(rows));
        }
    }
}
