package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Savepoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Hazard A10: of savepoints and exception blocks only what survives arrives, in the order in which it was done. */
final class SubtransactionsIT {

    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text)";

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void forgetsTheAbortedOnesInTheMiddleOfOthers(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to, TABLE).started()) {
            replica.source("INSERT INTO t SELECT i, 'v' FROM generate_series(1, 10) i");
            way.bring(replica, () -> {
                Connection session = replica.sourceSession;
                session.setAutoCommit(false);
                replica.source("UPDATE t SET v = 'outer' WHERE id = 1", "UPDATE t SET id = 11 WHERE id = 2");
                Savepoint first = session.setSavepoint();
                replica.source("UPDATE t SET id = 2 WHERE id = 11", "DELETE FROM t WHERE id = 1");
                Savepoint second = session.setSavepoint();
                replica.source("INSERT INTO t VALUES (1, 'inner')", "TRUNCATE t", "INSERT INTO t VALUES (3, 'lost')");
                session.rollback(second);
                replica.source("INSERT INTO t VALUES (1, 'second')");
                session.rollback(first);
                Savepoint third = session.setSavepoint();
                replica.source("UPDATE t SET v = v || ' kept', id = 12 WHERE id = 1");
                session.releaseSavepoint(third);
                replica.source("INSERT INTO t VALUES (2, 'new')");
                session.commit();
                session.setAutoCommit(true);
            });
            replica.assertSame("t");
            assertThat(replica.targetQuery("SELECT v FROM t WHERE id = 12")).containsExactly("outer kept");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void keepsTheOrderOverMoreSubtransactionsThanASessionCaches(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to, TABLE, "CREATE TABLE log (n serial PRIMARY KEY, v text)")
                .started()) {
            replica.source("INSERT INTO t VALUES (0, '')");
            way.bring(
                    replica,
                    () -> replica.source("DO $$ BEGIN FOR i IN 1..200 LOOP BEGIN"
                            + " UPDATE t SET v = v || i || ' ', id = i WHERE id < i;"
                            + " INSERT INTO log (v) SELECT 'attempt ' || i;"
                            + " IF i % 3 = 0 THEN RAISE division_by_zero; END IF;"
                            + " EXCEPTION WHEN division_by_zero THEN"
                            + " INSERT INTO log (v) VALUES ('failed ' || i); END; END LOOP; END $$"));
            replica.assertSame("t", "log");
            assertThat(replica.targetQuery("SELECT count(*) FROM log WHERE v LIKE 'failed%'"))
                    .containsExactly("66");
        }
    }
}
