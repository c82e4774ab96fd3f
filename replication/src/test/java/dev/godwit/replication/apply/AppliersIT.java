package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.ReplicationException;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.RelationColumn;
import dev.godwit.replication.pgoutput.ReplicaIdentity;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Several appliers leave the same rows as one, whatever comes in between. */
final class AppliersIT {

    private static final int APPLIERS = 3;

    /** A table whose rows are spread, and some without a key, of which each goes to one of the appliers. */
    private static final String[] TABLES = {
        "CREATE TABLE spread (id int PRIMARY KEY, v text)",
        "INSERT INTO spread SELECT g, 'old ' || g FROM generate_series(1, 300) g",
        "CREATE TABLE loose_1 (v text)",
        "CREATE TABLE loose_2 (v text)",
        "CREATE TABLE loose_3 (v text)",
        "CREATE TABLE loose_4 (v text)",
        "CREATE TABLE loose_5 (v text)",
    };

    private static Replica replica(String... ddl) throws SQLException {
        return Replica.of(13, 17, ddl).tuned(builder -> builder.appliers(APPLIERS));
    }

    private static void assertSame(Replica replica, String... queries) throws Exception {
        replica.sync();
        for (String query : queries) {
            assertThat(replica.targetQuery(query)).as(query).isEqualTo(replica.sourceQuery(query));
        }
    }

    private static List<String> positions(Replica replica) throws SQLException {
        return replica.targetQuery("SELECT a.applier FROM godwit.applier_progress a JOIN godwit.apply_progress p"
                + " USING (migration) WHERE a.applied_lsn > p.applied_lsn ORDER BY 1");
    }

    @Test
    void leavesOutWhatSomeHaveCommittedOfABatchThatWasBrokenOff() throws Exception {
        try (Replica replica = replica(TABLES).started()) {
            replica.sync();
            try (Connection holder = replica.target.open()) {
                holder.setAutoCommit(false);
                Replica.query(holder, "SELECT 1 FROM godwit.apply_progress FOR UPDATE");
                replica.sourceTransaction(
                        "INSERT INTO spread SELECT g, 'new' FROM generate_series(1001, 1100) g",
                        "UPDATE spread SET v = 'changed' WHERE id % 3 = 0",
                        "UPDATE spread SET id = id + 5000 WHERE id % 10 = 1",
                        "DELETE FROM spread WHERE id % 10 = 2",
                        "INSERT INTO loose_1 VALUES ('a')",
                        "INSERT INTO loose_2 VALUES ('b')",
                        "INSERT INTO loose_3 VALUES ('c')",
                        "INSERT INTO loose_4 VALUES ('d')",
                        "INSERT INTO loose_5 VALUES ('e')");
                await().atMost(Replica.LIMIT).until(() -> positions(replica).equals(List.of("1", "2")));
                // The first one gives up waiting for the row that it stores its position in.
                await().atMost(Replica.LIMIT)
                        .until(() -> replica.subscriber().status().state() == SubscriberState.CONNECTING);
                holder.rollback();
            }
            replica.source("UPDATE spread SET v = 'again' WHERE id % 7 = 0", "INSERT INTO loose_1 VALUES ('f')");
            assertSame(
                    replica,
                    "SELECT id || v FROM spread ORDER BY id",
                    "SELECT v FROM loose_1 ORDER BY v",
                    "SELECT v FROM loose_2",
                    "SELECT v FROM loose_3",
                    "SELECT v FROM loose_4",
                    "SELECT v FROM loose_5");
        }
    }

    @Test
    void whatAFormerOwnersAppliersHaveNotCommittedTheyCannotAnyMore() throws Exception {
        try (Replica replica = replica(TABLES).started();
                Connection target = replica.target.open()) {
            ApplierPositions former = new ApplierPositions("other", 1);
            former.begin(target, new Routing(2, Map.of()), new Lsn(10));
            former.advance(target, 1, new Lsn(20));
            assertThat(new ApplierPositions("other", 2)
                            .aheadOf(target, new Lsn(10))
                            .positions())
                    .containsExactly(Map.entry(1, new Lsn(20)));
            assertThatThrownBy(() -> former.advance(target, 1, new Lsn(30))).isInstanceOf(StaleOwnerException.class);
            ProgressTable progress = ProgressTable.of("other", 2);
            assertThat(progress.isPartlyBeyond(target, new Lsn(10))).isTrue();
            assertThat(progress.isPartlyBeyond(target, new Lsn(20))).isFalse();
        }
    }

    @Test
    void oneGoesOnAloneWhereTheyWouldWaitForOneAnother() throws Exception {
        try (Replica replica = replica(TABLES)) {
            replica.target(
                    "CREATE TABLE counter (n int)",
                    "INSERT INTO counter VALUES (0)",
                    "CREATE FUNCTION count_row() RETURNS trigger LANGUAGE plpgsql AS"
                            + " $$ BEGIN UPDATE public.counter SET n = n + 1; RETURN NEW; END $$",
                    "CREATE TRIGGER counting BEFORE INSERT ON spread FOR EACH ROW EXECUTE FUNCTION count_row()",
                    "ALTER TABLE spread ENABLE ALWAYS TRIGGER counting");
            replica.started();
            replica.source("INSERT INTO spread SELECT g, 'new' FROM generate_series(1001, 1100) g");
            assertSame(replica, "SELECT id || v FROM spread ORDER BY id");
            assertThat(replica.targetQuery("SELECT n FROM counter")).containsExactly("100");
        }
    }

    @Test
    void oneWaitsAloneForWhoeverReadsATableThatIsTruncated() throws Exception {
        try (Replica replica = replica(TABLES).started();
                Connection reader = replica.target.open()) {
            replica.source("INSERT INTO loose_1 VALUES ('a')");
            replica.sync();
            reader.setAutoCommit(false);
            Replica.query(reader, "SELECT v FROM public.loose_1");
            replica.source("TRUNCATE loose_1", "INSERT INTO loose_1 VALUES ('b')");
            assertThat(replica.subscriber().awaitApplied(replica.end(), Duration.ofSeconds(3)))
                    .isFalse();
            reader.rollback();
            assertSame(replica, "SELECT v FROM loose_1");
            assertThat(replica.subscriber().status().reconnects()).isZero();
        }
    }

    @Test
    void aConflictIsFoundBeforeAnythingOfItsTransactionIsVisible() throws Exception {
        try (Replica replica = replica(TABLES).started()) {
            replica.sync();
            replica.target("DELETE FROM spread WHERE id = 77");
            replica.sourceTransaction("INSERT INTO loose_1 VALUES ('a')", "UPDATE spread SET v = 'changed'");
            await().atMost(Replica.LIMIT)
                    .until(() -> replica.subscriber().status().failure().isPresent());
            ReplicationException failure =
                    replica.subscriber().status().failure().orElseThrow();
            assertThat(failure)
                    .isInstanceOfSatisfying(
                            ConflictException.class,
                            conflict -> assertThat(conflict.kind()).isEqualTo(ConflictException.Kind.UPDATE_MISSING));
            assertThat(replica.targetQuery("SELECT count(*) FROM spread WHERE v = 'changed'"))
                    .containsExactly("0");
            assertThat(replica.targetQuery("SELECT count(*) FROM loose_1")).containsExactly("0");
        }
    }

    @Test
    void aTableIsNotSpreadByAKeyThatItsChangesDoNotTell() throws Exception {
        try (Replica replica = replica("CREATE TABLE t (id int PRIMARY KEY, code int NOT NULL, v text)")) {
            replica.source("CREATE UNIQUE INDEX codes ON t (code)", "ALTER TABLE t REPLICA IDENTITY USING INDEX codes");
            replica.started();
            replica.source("INSERT INTO t SELECT g, -g, 'new' FROM generate_series(1, 100) g");
            replica.source("UPDATE t SET id = id + 1000 WHERE id % 2 = 0", "DELETE FROM t WHERE id % 3 = 0");
            assertSame(replica, "SELECT id || v FROM t ORDER BY id");
        }
    }

    /** As a process leaves it that dies between the commits of its appliers; the tables are renamed before the next one. */
    @Test
    void leavesOutWhatSomeHaveCommittedOfTablesThatAreRenamedSince() throws Exception {
        RelationName spread = new RelationName("public", "spread");
        try (Replica replica = replica(TABLES).arrange();
                Connection source = replica.source.open();
                Connection target = replica.target.open()) {
            RelationShapes.create(target);
            RelationShapes shapes = RelationShapes.of(replica.name);
            shapes.capture(source, target, replica.tables(), Map.of());
            Routing former = new Routing(APPLIERS, Map.of(spread, List.of("id")));
            ApplierPositions positions = new ApplierPositions(replica.name, 1);
            positions.begin(target, former, replica.consistentPoint());
            List<String> inserts = IntStream.rangeClosed(1, 5)
                    .mapToObj(i -> "INSERT INTO loose_" + i + " VALUES ('new')")
                    .collect(Collectors.toCollection(ArrayList::new));
            IntStream.range(1000, 1020).forEach(i -> inserts.add("INSERT INTO spread VALUES (" + i + ", 'new')"));
            replica.sourceTransaction(inserts.toArray(String[]::new));
            for (String insert : inserts) {
                if (applier(replica, former, insert) > 0) {
                    replica.target(insert);
                }
            }
            for (int applier = 1; applier < APPLIERS; applier++) {
                positions.advance(target, applier, replica.end());
            }
            for (RelationName table : replica.tables()) {
                String rename = "ALTER TABLE " + table.name() + " RENAME TO moved_" + table.name();
                replica.source(rename);
                replica.target(rename);
            }
            for (Map.Entry<RelationName, RelationName> renamed :
                    shapes.renamed(source, target).entrySet()) {
                shapes.rename(target, renamed.getKey(), renamed.getValue());
            }
            replica.tuned(builder -> builder.appliers(APPLIERS).relationShapes(shapes));
            replica.start();
            replica.assertSame(
                    "moved_spread",
                    "moved_loose_1",
                    "moved_loose_2",
                    "moved_loose_3",
                    "moved_loose_4",
                    "moved_loose_5");
        }
    }

    /** Gives to which of them an INSERT of the test has gone. */
    private static int applier(Replica replica, Routing routing, String insert) throws Exception {
        String table = insert.split(" ")[2];
        String id = replica.sourceQuery("SELECT '" + table + "'::regclass::oid").get(0);
        List<RelationColumn> columns = List.of(new RelationColumn("id", true, 23, -1));
        TableRoute route = routing.of(new PgOutputMessage.Relation(
                Integer.parseUnsignedInt(id), "public", table, ReplicaIdentity.DEFAULT, columns));
        return route.of(Changes.insert(insert.replaceAll("\\D*(\\d{4}).*", "$1"), "x", "y"));
    }

    /** Columns that it only includes would make a row change its applier. */
    @Test
    void rowsAreSpreadByWhatMakesTheirKeyUnique() throws Exception {
        try (Replica replica = replica("CREATE TABLE t (id int, v text, PRIMARY KEY (id) INCLUDE (v))")
                        .started();
                Connection target = replica.target.open()) {
            RelationName table = new RelationName("public", "t");
            assertThat(new SplitTables()
                            .routing(target, List.of(table), APPLIERS)
                            .keys())
                    .containsExactly(Map.entry(table, List.of("id")));
            replica.source(
                    "ALTER TABLE t REPLICA IDENTITY FULL",
                    "INSERT INTO t SELECT g, 'old' FROM generate_series(1, 100) g",
                    "UPDATE t SET v = 'new ' || id",
                    "DELETE FROM t WHERE id % 3 = 0");
            assertSame(replica, "SELECT id || v FROM t ORDER BY id");
        }
    }
}
