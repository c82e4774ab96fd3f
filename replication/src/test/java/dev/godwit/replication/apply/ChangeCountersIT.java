package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.replication.RelationName;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each change of the source is counted once, whatever becomes of it on its way to the target. */
final class ChangeCountersIT {

    private static final String COUNTERS =
            "SELECT table_name || ' ' || inserts || ' ' || updates || ' ' || deletes || ' '"
                    + " || truncates || ' ' || conflicts FROM godwit.apply_counter ORDER BY 1";

    private static final String[] TABLES = {
        "CREATE TABLE a (id int PRIMARY KEY, v int)",
        "CREATE TABLE b (v text)",
        "CREATE TABLE quiet (id int PRIMARY KEY)",
    };

    private final Map<RelationName, ChangeCounts> told = new ConcurrentHashMap<>();

    private Replica replica(int appliers) throws Exception {
        return Replica.of(13, 17, TABLES)
                .tuned(options -> options.appliers(appliers).listener(new SubscriberListener() {
                    @Override
                    public void counting(Map<RelationName, ChangeCounts> stored) {
                        told.clear();
                        told.putAll(stored);
                    }

                    @Override
                    public void counted(Map<RelationName, ChangeCounts> added) {
                        added.forEach((table, more) -> told.merge(table, more, ChangeCounts::plus));
                    }
                }));
    }

    private static RelationName table(String name) {
        return new RelationName("public", name);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void countsWhatTheSourceDidAndNotWhatTheTargetWasTold(int appliers) throws Exception {
        try (Replica replica = replica(appliers).started()) {
            replica.sourceTransaction(
                    "INSERT INTO a SELECT i, 0 FROM generate_series(1, 100) i",
                    "UPDATE a SET v = 1",
                    "UPDATE a SET v = 2",
                    "DELETE FROM a WHERE id > 90",
                    "INSERT INTO b VALUES ('x'), ('y')");
            replica.source(
                    "UPDATE a SET id = id + 1000 WHERE id <= 30", "INSERT INTO a VALUES (7, 7)", "DELETE FROM a");
            replica.source("TRUNCATE a, b", "INSERT INTO b VALUES ('z')");
            replica.assertSame("a", "b");
            assertThat(replica.targetQuery(COUNTERS)).containsExactly("a 101 230 101 1 0", "b 3 0 0 1 0");
            replica.stop();
            assertThat(told)
                    .containsOnly(
                            Map.entry(table("a"), new ChangeCounts(101, 230, 101, 1, 0)),
                            Map.entry(table("b"), new ChangeCounts(3, 0, 0, 1, 0)));
            replica.start();
            replica.source("INSERT INTO a VALUES (1, 1)");
            replica.assertSame("a");
            assertThat(replica.targetQuery(COUNTERS)).containsExactly("a 102 230 101 1 0", "b 3 0 0 1 0");
            assertThat(told).containsEntry(table("a"), new ChangeCounts(102, 230, 101, 1, 0));
        }
    }

    @Test
    void countsOnceWhatSomeHadCommittedOfABatchThatWasBrokenOff() throws Exception {
        try (Replica replica = replica(3).started()) {
            replica.sync();
            try (Connection holder = replica.target.open()) {
                holder.setAutoCommit(false);
                Replica.query(holder, "SELECT 1 FROM godwit.apply_progress FOR UPDATE");
                replica.sourceTransaction(
                        "INSERT INTO a SELECT i, 0 FROM generate_series(1, 300) i",
                        "UPDATE a SET v = 1 WHERE id % 3 = 0",
                        "DELETE FROM a WHERE id % 10 = 1");
                await().atMost(Replica.LIMIT)
                        .until(() -> replica.targetQuery(
                                        "SELECT count(*) FROM godwit.applier_progress a"
                                                + " JOIN godwit.apply_progress p USING (migration) WHERE a.applied_lsn > p.applied_lsn")
                                .equals(List.of("2")));
                assertThat(replica.targetQuery(COUNTERS)).isEmpty();
                await().atMost(Replica.LIMIT)
                        .until(() -> replica.subscriber().status().state() == SubscriberState.CONNECTING);
                holder.rollback();
            }
            replica.assertSame("a");
            assertThat(replica.targetQuery(COUNTERS)).containsExactly("a 300 100 30 0 0");
            assertThat(told).containsOnly(Map.entry(table("a"), new ChangeCounts(300, 100, 30, 0, 0)));
        }
    }

    /** All that is left of a transaction may be what is counted. */
    @Test
    void countsATransactionOfWhichNothingIsLeftToApply() throws Exception {
        try (Replica replica = replica(3).started()) {
            replica.sync();
            try (Connection holder = replica.target.open()) {
                holder.setAutoCommit(false);
                Replica.query(holder, "SELECT 1 FROM godwit.apply_progress FOR UPDATE");
                // Rows of both further appliers, and none of the first one.
                TableRoute route = new TableRoute(3, 0, new int[] {0});
                int rows = 0;
                StringBuilder insert = new StringBuilder("INSERT INTO a VALUES ");
                for (int id = 1; rows < 20; id++) {
                    if (route.of(Changes.insert(String.valueOf(id), "0")) != 0) {
                        insert.append(rows++ == 0 ? "" : ", ")
                                .append("(")
                                .append(id)
                                .append(", 0)");
                    }
                }
                replica.source(insert.toString());
                await().atMost(Replica.LIMIT)
                        .until(() ->
                                replica.targetQuery("SELECT count(*) FROM a").equals(List.of("20")));
                await().atMost(Replica.LIMIT)
                        .until(() -> replica.subscriber().status().state() == SubscriberState.CONNECTING);
                holder.rollback();
            }
            replica.assertSame("a");
            assertThat(replica.targetQuery(COUNTERS)).containsExactly("a 20 0 0 0 0");
        }
    }

    @Test
    void countsConflictsApart() throws Exception {
        try (Replica replica = Replica.of(13, 17, TABLES)) {
            try (Connection target = replica.target.open()) {
                ExceptionTable.create(target);
            }
            replica.tuned(options -> options.recordConflictsIn(ExceptionTable.of(replica.name)))
                    .started();
            replica.source("INSERT INTO a SELECT i, 0 FROM generate_series(1, 20) i");
            replica.sync();
            replica.target("DELETE FROM a WHERE id IN (3, 4, 5)");
            replica.source("UPDATE a SET v = 1", "DELETE FROM a WHERE id = 5");
            replica.sync();
            assertThat(replica.targetQuery(COUNTERS)).containsExactly("a 20 17 0 0 4");
        }
    }

    @Test
    void saysHowManyChangesItHasTakenAndNotCommitted() throws Exception {
        try (Replica replica = replica(1).started()) {
            replica.sync();
            assertThat(replica.subscriber().status().pending()).isZero();
            try (Connection holder = replica.target.open()) {
                holder.setAutoCommit(false);
                Replica.query(holder, "SELECT 1 FROM godwit.apply_progress FOR UPDATE");
                replica.source("INSERT INTO a SELECT i, 0 FROM generate_series(1, 33) i");
                await().atMost(Replica.LIMIT)
                        .until(() -> replica.subscriber().status().pending() == 33);
                holder.rollback();
            }
            replica.sync();
            assertThat(replica.subscriber().status().pending()).isZero();
        }
    }
}
