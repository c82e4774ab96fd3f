package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hazard A6: keys that are equal to their operator though their text differs ('A' and 'a', 1.0 and 1.00). */
final class CaseInsensitiveKeysIT {

    private static void playOnKeys(Replica replica, Way way, String x, String alsoX, String y) throws Exception {
        replica.source("INSERT INTO t VALUES (" + x + ", 1), (" + y + ", 2)");
        way.bring(replica, () -> {
            replica.source("UPDATE t SET k = " + alsoX + " WHERE k = " + x, "UPDATE t SET v = v + 10 WHERE k = " + x);
            replica.sourceTransaction(
                    "DELETE FROM t WHERE k = " + x,
                    "INSERT INTO t VALUES (" + x + ", 3)",
                    "UPDATE t SET k = " + alsoX + ", v = 4 WHERE v = 3");
            replica.sourceTransaction(
                    "DELETE FROM t WHERE k = " + y,
                    "UPDATE t SET k = " + y + " WHERE k = " + x,
                    "INSERT INTO t VALUES (" + x + ", 5)",
                    "UPDATE t SET k = " + alsoX + " WHERE v = 5");
            replica.source("DELETE FROM t WHERE k = " + x, "INSERT INTO t VALUES (" + alsoX + ", 6)");
        });
        replica.assertSame("t");
        assertThat(replica.targetQuery("SELECT v FROM t ORDER BY v")).containsExactly("4", "6");
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void keepsTheCaseOfCitextKeys(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(
                        from, to, "CREATE EXTENSION citext", "CREATE TABLE t (k citext PRIMARY KEY, v int)")
                .started()) {
            playOnKeys(replica, way, "'A'", "'a'", "'b'");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void keepsTheScaleOfNumericKeys(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to, "CREATE TABLE t (k numeric PRIMARY KEY, v int)")
                .started()) {
            playOnKeys(replica, way, "1.0", "1.00", "2");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void keepsTheSignOfFloatKeys(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to, "CREATE TABLE t (k float8 PRIMARY KEY, v int)")
                .started()) {
            playOnKeys(replica, way, "0", "float8 '-0'", "'NaN'");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#from13")
    void keepsTheCaseUnderANondeterministicCollation(int from, int to, Way way) throws Exception {
        String provider = "SELECT 1 FROM pg_collation WHERE collprovider = 'i' LIMIT 1";
        Assumptions.assumeFalse(
                Servers.of(from).query("postgres", provider).isEmpty()
                        || Servers.of(to).query("postgres", provider).isEmpty(),
                "servers are built with ICU");
        try (Replica replica = way.replica(
                        from,
                        to,
                        "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
                        "CREATE TABLE t (k text COLLATE loose PRIMARY KEY, v int)")
                .started()) {
            playOnKeys(replica, way, "'A'", "'a'", "'b'");
        }
    }
}
