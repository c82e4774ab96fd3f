package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Savepoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TransactionsIT {

    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text)";

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairs")
    void appliesOnlyWhatSurvivesOfSubtransactions(int from, int to) throws Exception {
        try (Replica replica = Replica.of(from, to, TABLE).started()) {
            Connection session = replica.sourceSession;
            session.setAutoCommit(false);
            replica.source("INSERT INTO t VALUES (0, 'outer')");
            for (int i = 1; i <= 80; i++) {
                Savepoint savepoint = session.setSavepoint();
                replica.source("INSERT INTO t VALUES (" + i + ", 'kept')");
                if (i % 3 == 0) {
                    session.rollback(savepoint);
                }
            }
            session.commit();
            replica.source("INSERT INTO t VALUES (1000, 'never')");
            session.rollback();
            session.setAutoCommit(true);
            replica.source("DO $$ BEGIN INSERT INTO t VALUES (2000, 'x');"
                    + " BEGIN INSERT INTO t VALUES (2001, 'x'); INSERT INTO t VALUES (2000, 'dup');"
                    + " EXCEPTION WHEN unique_violation THEN INSERT INTO t VALUES (2002, 'handled'); END; END $$");
            replica.assertSame("t");
            assertThat(replica.targetQuery("SELECT count(*) FROM t")).containsExactly("57");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Servers#pairs")
    void appliesPreparedTransactionsWhenTheyAreCommitted(int from, int to) throws Exception {
        try (Replica replica = Replica.of(from, to, TABLE).started()) {
            for (String end : new String[] {"COMMIT", "ROLLBACK"}) {
                replica.sourceSession.setAutoCommit(false);
                replica.source("INSERT INTO t VALUES (" + end.length() + ", '" + end + "')");
                replica.source("PREPARE TRANSACTION '" + replica.name + end + "'");
                replica.sourceSession.setAutoCommit(true);
            }
            replica.source("INSERT INTO t VALUES (1, 'between')");
            replica.assertSame("t");
            replica.source(
                    "COMMIT PREPARED '" + replica.name + "COMMIT'", "ROLLBACK PREPARED '" + replica.name + "ROLLBACK'");
            replica.assertSame("t");
            assertThat(replica.targetQuery("SELECT v FROM t ORDER BY id")).containsExactly("between", "COMMIT");
        }
    }
}
