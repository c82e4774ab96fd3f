package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With an exceptions table a change that does not fit is undone and recorded; everything else of its transaction stays. */
final class RecordedConflictIT {
    private static final String KINDS =
            "SELECT kind || ' ' || operation || ' ' || schema_name || '.' || table_name FROM godwit.apply_exception ORDER BY id";

    private final List<RecordedConflict> told = new CopyOnWriteArrayList<>();

    private Replica recording(String... ddl) throws Exception {
        Replica replica = Replica.of(15, 15, ddl);
        try (var target = replica.target.open()) {
            ExceptionTable.create(target);
        }
        return replica.tuned(options -> options.recordConflictsIn(ExceptionTable.of(replica.name))
                        .listener(new SubscriberListener() {
                            @Override
                            public void conflictRecorded(RecordedConflict conflict) {
                                told.add(conflict);
                            }
                        }))
                .started();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INSERT INTO t VALUES (7, 'new')  | INSERT INTO t VALUES (7, 'theirs') | INSERT_CONFLICT INSERT",
                "UPDATE t SET v = 'new' WHERE id = 2 | DELETE FROM t WHERE id = 2 | UPDATE_MISSING UPDATE",
                "DELETE FROM t WHERE id = 2 | DELETE FROM t WHERE id = 2 | DELETE_MISSING DELETE",
                "UPDATE t SET v = v WHERE id = 2 | DELETE FROM t WHERE id = 2 | UPDATE_MISSING UPDATE",
                "UPDATE t SET id = 8 WHERE id = 2 | INSERT INTO t VALUES (8, 'theirs') | UPDATE_CONFLICT UPDATE",
                "UPDATE t SET v = 'new' WHERE id = 2 | ALTER TABLE t DROP CONSTRAINT t_pkey; INSERT INTO t VALUES (2, 'b') | UPDATE_MULTIPLE UPDATE",
                "DELETE FROM t WHERE id = 2 | ALTER TABLE t DROP CONSTRAINT t_pkey; INSERT INTO t VALUES (2, 'b') | DELETE_MULTIPLE DELETE",
            })
    void everyKindIsUndoneAndRecordedAndTheRestGoesOn(String change, String foreign, String expected) throws Exception {
        try (Replica replica = recording("CREATE TABLE t (id int PRIMARY KEY, v text)", "CREATE TABLE u (id int)")) {
            replica.source("INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
            replica.sync();
            replica.target(foreign);
            List<String> before = replica.targetQuery("SELECT id || v FROM t ORDER BY 1");
            replica.sourceTransaction("INSERT INTO u VALUES (1)", change, "INSERT INTO u VALUES (2)");
            replica.source("INSERT INTO u VALUES (3)");
            replica.assertSame("u");
            assertThat(replica.targetQuery("SELECT id || v FROM t ORDER BY 1")).isEqualTo(before);
            assertThat(replica.targetQuery(KINDS)).containsExactly(expected + " public.t");
            assertThat(told).hasSize(1);
            RecordedConflict conflict = told.get(0);
            assertThat(conflict.table()).isEqualTo(new RelationName("public", "t"));
            assertThat(replica.targetQuery("SELECT commit_lsn::text || ' ' || key_hash FROM godwit.apply_exception"))
                    .containsExactly(conflict.commitLsn() + " " + conflict.keyHash());
            ApplyCounters counters = replica.subscriber().status().counters();
            assertThat(counters.conflicts()).isEqualTo(1);
            assertThat(counters.inserts()).isEqualTo(6);
            assertThat(counters.updates() + counters.deletes()).isZero();
        }
    }

    @Test
    void keepsTheValuesAsFarAsTheyWereSent() throws Exception {
        try (Replica replica = recording("CREATE TABLE t (id int PRIMARY KEY, v text, big text)")) {
            replica.source(
                    "ALTER TABLE t ALTER big SET STORAGE EXTERNAL",
                    "INSERT INTO t VALUES (1, 'a', repeat('x', 10000)), (2, NULL, 'small')");
            replica.sync();
            replica.target("DELETE FROM t");
            replica.source("UPDATE t SET v = 'it''s \"\\ new' WHERE id = 1", "UPDATE t SET id = 3 WHERE id = 2");
            replica.source("DELETE FROM t WHERE id = 3");
            replica.sync();
            assertThat(replica.targetQuery("SELECT coalesce(old_row::text, '-') || ' ' || coalesce(new_row::text, '-')"
                            + " FROM godwit.apply_exception ORDER BY id"))
                    .containsExactly(
                            "- {\"v\": \"it's \\\"\\\\ new\", \"id\": \"1\"}",
                            "{\"id\": \"2\"} {\"v\": null, \"id\": \"3\", \"big\": \"small\"}",
                            "{\"id\": \"3\"} -");
        }
    }

    @Test
    void recordsEachOfManyInOneTransactionAndGoesBackToBatches() throws Exception {
        try (Replica replica = recording("CREATE TABLE t (id int PRIMARY KEY, v int)")) {
            replica.source("INSERT INTO t SELECT i, 0 FROM generate_series(1, 200) i");
            replica.sync();
            replica.target("DELETE FROM t WHERE id % 10 = 0");
            replica.source("UPDATE t SET v = 1", "INSERT INTO t SELECT i, 0 FROM generate_series(201, 1000) i");
            replica.sync();
            assertThat(told).hasSize(20).allMatch(one -> one.kind() == ConflictException.Kind.UPDATE_MISSING);
            assertThat(replica.targetQuery("SELECT count(*) || ' ' || sum(v) FROM t"))
                    .containsExactly("980 180");
            assertThat(replica.targetQuery("SELECT count(*) FROM godwit.apply_exception"))
                    .containsExactly("20");
        }
    }

    @Test
    void whatIsNoConflictStopsItAllTheSame() throws Exception {
        try (Replica replica = recording("CREATE TABLE t (id int PRIMARY KEY, v text)")) {
            replica.target("ALTER TABLE t ALTER v TYPE int USING NULL");
            replica.source("INSERT INTO t VALUES (1, 'no number')");
            assertThatThrownBy(replica::sync)
                    .isInstanceOf(ReplicationException.class)
                    .hasMessageContaining("22P02");
            assertThat(replica.targetQuery(KINDS)).isEmpty();
        }
    }
}
