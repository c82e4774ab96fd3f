package dev.godwit.replication.apply;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hazards A12 and A13: transactions arrive whole, in the order of their commits, whatever the order of their changes; a
 * prepared one with its COMMIT PREPARED.
 */
final class InterleavedTransactionsIT {

    @ParameterizedTest
    @MethodSource("dev.godwit.replication.apply.Way#everywhere")
    void appliesInTheOrderOfTheCommits(int from, int to, Way way) throws Exception {
        try (Replica replica = way.replica(from, to, "CREATE TABLE t (id int PRIMARY KEY, v text)")
                .started()) {
            replica.source("INSERT INTO t SELECT i, 'v' FROM generate_series(1, 30) i");
            way.bring(replica, () -> {
                List<Connection> sessions = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    Connection session = replica.source.open();
                    session.setAutoCommit(false);
                    Replica.execute(session, "SET search_path = public");
                    sessions.add(session);
                }
                for (int round = 0; round < 8; round++) {
                    for (int i = 0; i < 3; i++) {
                        Replica.execute(sessions.get(i), "UPDATE t SET v = v || 'x' WHERE id = " + (i * 10 + 1));
                        Replica.execute(
                                sessions.get(i), "INSERT INTO t VALUES (" + (100 * i + 100 + round) + ", 'new')");
                    }
                    Connection next = sessions.get(2 - round % 3);
                    Replica.execute(next, "UPDATE t SET id = -id WHERE id = " + ((2 - round % 3) * 10 + 2));
                    next.commit();
                    Replica.execute(next, "DELETE FROM t WHERE id >= 100 AND id % 100 = " + round);
                }
                String prepared = replica.name + "_p";
                Replica.execute(sessions.get(1), "PREPARE TRANSACTION '" + prepared + "'");
                sessions.get(2).commit();
                sessions.get(0).rollback();
                for (Connection session : sessions) {
                    session.close();
                }
                replica.source("UPDATE t SET v = 'after' WHERE id = 30", "COMMIT PREPARED '" + prepared + "'");
            });
            replica.assertSame("t");
        }
    }
}
