package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Sampled;
import dev.godwit.result.MigrationException;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tables that are created on the source during the run, and added to it while the stream of the others goes on. */
@Tag("D1")
@Sampled(oneOf = 3)
@PostgresPairTest(source = "13", target = "17")
final class AddedTableIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String[] NEW_TABLES = {
        "CREATE TABLE late (id serial PRIMARY KEY, item int NOT NULL REFERENCES item, n int DEFAULT 0, note text)",
        "CREATE INDEX late_by_n ON late (n)",
        "CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM (1000) TO (1000000)",
        "CREATE TABLE day (d int NOT NULL, v int, PRIMARY KEY (d)) PARTITION BY RANGE (d)",
        "CREATE TABLE day_1 PARTITION OF day FOR VALUES FROM (0) TO (100000)",
        "CREATE TABLE day_2 PARTITION OF day FOR VALUES FROM (100000) TO (10000000)",
        "INSERT INTO late (item, n, note) SELECT i % 1000 + 1, i, repeat('x', 50) FROM generate_series(1, 20000) i",
        "INSERT INTO log SELECT i, 0 FROM generate_series(1000, 1500) i",
        "INSERT INTO day SELECT i, 0 FROM generate_series(1, 500) i"
    };

    private static final String WRITTEN = "CREATE TEMPORARY TABLE written (i int)";

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();
    private volatile boolean stop;
    private Thread writer = new Thread(() -> {});

    @AfterEach
    void stopWriting() throws InterruptedException {
        stop = true;
        writer.join();
    }

    @Test
    void joinUnderWritesThatReachOldAndNewTablesTogether(PostgresPair pair) throws Exception {
        createTables(pair);
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            pair.source().execute(pair.database(), NEW_TABLES);
            write(pair);
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> events.stream()
                            .anyMatch(event -> event instanceof MigrationEvent.TablesCreated created
                                    && created.tables().contains("public.late")));
            assertThat(run.addTable("public.late", "public.day", "public.log_2"))
                    .isTrue();
            assertThat(run.addTable("public.late", "public.item")).isFalse();
            assertThat(run.phase()).isEqualTo(MigrationPhase.CATCH_UP);
            run.awaitReadyToCutover(LIMIT);
            assertThat(joined())
                    .containsExactlyInAnyOrder("public.late", "public.day_1", "public.day_2", "public.log_2");
            assertThat(run.schemaChanges()).isEmpty();
            assertThat(of(pair.connectSource(), "SELECT count(*) FROM pg_replication_slots"))
                    .isEqualTo("1");
            assertThat(of(pair.connectSource(), "SELECT count(*) FROM pg_publication"))
                    .isEqualTo("1");
            pair.source().execute(pair.database(), "TRUNCATE late RESTART IDENTITY");
            stopWriting();
            run.cutover();
        }
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
        assertThat(of(pair.connectTarget(), "SELECT nextval('late_id_seq') = (SELECT max(id) + 1 FROM late)"))
                .isEqualTo("t");
        assertThat(
                        of(
                                pair.connectTarget(),
                                "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated AND conrelid = 'late'::regclass"))
                .isEqualTo("1");
        migration(pair).cleanUp();
    }

    @Test
    void letTheOthersGoOnAndAreTakenUpByAnotherProcessWhateverIsRecorded(PostgresPair pair) throws Exception {
        createTables(pair);
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            pair.source().execute(pair.database(), NEW_TABLES);
            write(pair);
            run.addTable("public.late");
        }
        leaveBeforeTheCopyIsMarked(pair);
        leaveBeforeTheIndexesAreBuilt(pair);
        leaveBeforeTheForeignKeyIsBuilt(pair);
        try (MigrationRun run = migration(pair).resume()) {
            run.awaitReadyToCutover(LIMIT);
            assertThat(joined()).containsExactly("public.late");
            run.copyAfresh("public.late", "public.item");
            run.awaitReadyToCutover(LIMIT);
            run.addTable("public.day", "public.log_2");
            run.awaitReadyToCutover(LIMIT);
            stopWriting();
            run.cutover();
        }
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
        migration(pair).cleanUp();
    }

    /** A transaction that has written holds up the slot, then a lock the mark of the copy; what else is written arrives. */
    private static Connection holdMark(PostgresPair pair) throws SQLException {
        try (Connection writing = hold(pair.connectSource(), WRITTEN)) {
            awaitTrue(
                    pair.connectSource(),
                    "SELECT count(*) = 1 FROM pg_replication_slots WHERE confirmed_flush_lsn IS NULL");
            awaitArrival(pair);
            Connection mark = hold(pair.connectTarget(), "LOCK TABLE godwit.table_state IN SHARE MODE");
            writing.rollback();
            awaitTrue(
                    pair.connectTarget(),
                    "SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'UPDATE godwit.table_state%'"
                            + " AND wait_event_type = 'Lock'");
            return mark;
        }
    }

    private void leaveBeforeTheCopyIsMarked(PostgresPair pair) throws Exception {
        awaitState(pair, "REQUESTED");
        MigrationRun run = migration(pair).resume();
        try (Connection mark = holdMark(pair)) {
            awaitArrival(pair);
            assertThat(run.phase()).isEqualTo(MigrationPhase.CATCH_UP);
            run.close();
            mark.rollback();
        } finally {
            run.close();
        }
        awaitState(pair, "JOINING");
    }

    private void leaveBeforeTheForeignKeyIsBuilt(PostgresPair pair) throws Exception {
        MigrationRun run = migration(pair).resume();
        try (Connection item = hold(pair.connectTarget(), "LOCK TABLE item IN ROW EXCLUSIVE MODE")) {
            awaitState(pair, "JOINED");
            assertThatThrownBy(run::cutover).hasMessageContaining("CATCH_UP");
            run.close();
            item.rollback();
        } finally {
            run.close();
        }
        awaitState(pair, "JOINED");
    }

    private static void lockLate(Connection lock) {
        try (Statement statement = lock.createStatement()) {
            statement.execute("LOCK TABLE late IN ROW EXCLUSIVE MODE");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void leaveBeforeTheIndexesAreBuilt(PostgresPair pair) throws Exception {
        MigrationRun run = migration(pair).resume();
        try (Connection lock = pair.connectTarget()) {
            lock.setAutoCommit(false);
            Thread locking = new Thread(() -> lockLate(lock));
            try (Connection mark = holdMark(pair)) {
                locking.start();
                awaitTrue(
                        pair.connectTarget(),
                        "SELECT count(*) = 1 FROM pg_locks WHERE NOT granted AND mode = 'RowExclusiveLock' AND relation = 'late'::regclass");
                mark.rollback();
            }
            locking.join();
            awaitState(pair, "APART");
            awaitTrue(pair.connectTarget(), "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted");
            awaitArrival(pair);
            run.close();
            lock.rollback();
        } finally {
            run.close();
        }
        awaitState(pair, "APART");
    }

    @Test
    void areRefusedWithTheWayOutAndLeaveNothing(PostgresPair pair) throws Exception {
        createTables(pair);
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(LIMIT);
            pair.source()
                    .execute(
                            pair.database(),
                            "CREATE TYPE shade AS ENUM ('dark')",
                            "CREATE TABLE shaded (id int PRIMARY KEY, s shade)",
                            "CREATE TABLE keyless (id int)",
                            "CREATE UNLOGGED TABLE fast (id int PRIMARY KEY)",
                            "CREATE TABLE other (id int PRIMARY KEY)",
                            "CREATE TABLE child (id int PRIMARY KEY, o int REFERENCES other)",
                            "CREATE TABLE hidden_one (id int PRIMARY KEY)",
                            "CREATE TABLE there (id int PRIMARY KEY, v text)",
                            "CREATE VIEW seen AS SELECT 1 AS one");
            pair.target().execute(pair.database(), "CREATE TABLE there (id int PRIMARY KEY, v int)");
            refused(run, "public.nothing", "does not exist on the source");
            refused(run, "public.seen", "is no table");
            refused(run, "public.hidden_one", "table filter");
            refused(run, "public.keyless", "public.keyless", "REPLICA IDENTITY FULL");
            refused(run, "public.fast", "SET LOGGED");
            refused(run, "public.child", "foreign key", "public.other|other", "include");
            refused(run, "public.shaded", "type", "schemaChanges");
            refused(run, "public.there", "column public.there.v is text on the source and integer on the target");
            pair.target()
                    .execute(pair.database(), "ALTER TABLE there ALTER v TYPE text", "INSERT INTO there VALUES (1)");
            refused(run, "public.there", "holds rows already");
            assertThat(of(
                            pair.connectTarget(),
                            "SELECT count(*) FROM godwit.table_state WHERE state <> 'COPIED'"
                                    + " AND state <> 'NOT_COPIED'"))
                    .isEqualTo("0");
            assertThat(of(
                            pair.connectTarget(),
                            "SELECT to_regclass('shaded') IS NULL AND to_regclass('keyless') IS NULL"))
                    .isEqualTo("t");
            // What the user has made is taken as it is.
            pair.target().execute(pair.database(), "TRUNCATE there");
            pair.source().execute(pair.database(), "INSERT INTO there VALUES (7, 'seven')");
            assertThat(run.addTable("public.there", "public.child", "public.other"))
                    .isTrue();
            run.awaitReadyToCutover(LIMIT);
            assertThat(of(pair.connectTarget(), "SELECT v FROM there WHERE id = 7"))
                    .isEqualTo("seven");
            replace(pair, run);
            giveUpInTheMiddle(pair, run);
        }
        assertThat(of(pair.connectSource(), "SELECT count(*) FROM pg_replication_slots"))
                .isEqualTo("0");
        assertThat(of(pair.connectSource(), "SELECT count(*) FROM pg_publication"))
                .isEqualTo("0");
        assertThat(of(pair.connectTarget(), "SELECT to_regnamespace('godwit') IS NULL"))
                .isEqualTo("t");
    }

    /** One of the same name is another table. */
    private static void replace(PostgresPair pair, MigrationRun run) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "DROP TABLE there, keyless, fast, shaded",
                        "CREATE TABLE there (id int PRIMARY KEY, v text)",
                        "INSERT INTO there VALUES (8, 'eight')");
        assertThatThrownBy(run::cutover).hasMessageContaining("public.there").hasMessageContaining("copyAfresh");
        run.copyAfresh("public.there");
        run.awaitReadyToCutover(LIMIT);
        pair.source().execute(pair.database(), "INSERT INTO there VALUES (9, 'nine')");
        awaitTrue(pair.connectTarget(), "SELECT string_agg(v, ' ' ORDER BY id) = 'eight nine' FROM there");
    }

    /** Nothing is left, neither here nor there. */
    private static void giveUpInTheMiddle(PostgresPair pair, MigrationRun run) throws Exception {
        pair.source().execute(pair.database(), "CREATE TABLE last (id int PRIMARY KEY)", "INSERT INTO last VALUES (1)");
        try (Connection writing = hold(pair.connectSource(), WRITTEN)) {
            run.addTable("public.last");
            awaitTrue(pair.connectSource(), "SELECT count(*) = 2 FROM pg_replication_slots");
            run.cancel();
            writing.rollback();
        }
    }

    private static void refused(MigrationRun run, String table, String... parts) {
        assertThatThrownBy(() -> run.addTable(table))
                .isInstanceOf(MigrationException.class)
                .satisfies(e -> {
                    for (String part : parts) {
                        assertThat(e.getMessage()).containsPattern(part);
                    }
                });
    }

    private void createTables(PostgresPair pair) throws SQLException {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE item (id int PRIMARY KEY, n int)",
                        "CREATE TABLE log (id int PRIMARY KEY, n int) PARTITION BY RANGE (id)",
                        "CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (0) TO (1000)",
                        "INSERT INTO item SELECT i, 0 FROM generate_series(0, 2000) i",
                        "INSERT INTO log SELECT i, 0 FROM generate_series(1, 500) i");
    }

    /** Rows written once, rows written again and again, keys that move from partition to partition: each in one transaction. */
    private void write(PostgresPair pair) {
        stop = false;
        writer = new Thread(() -> {
            try (Connection connection = pair.connectSource();
                    Statement statement = connection.createStatement()) {
                for (int i = 1; !stop; i++) {
                    statement.execute("BEGIN; UPDATE item SET n = n + 1 WHERE id = " + (i % 2000 + 1)
                            + "; INSERT INTO late (item, n) VALUES (" + (i % 2000 + 1) + ", " + i
                            + "); UPDATE late SET n = n + 1 WHERE id = (SELECT min(id) FROM late)"
                            + "; INSERT INTO log VALUES (" + (2000 + i) + ", " + i
                            + "); UPDATE log SET n = n + 1 WHERE id = "
                            + (i % 500 + 1) + "; INSERT INTO day VALUES (" + (600 + i)
                            + ", 0); UPDATE day SET d = d + 100000"
                            + " WHERE d = " + (600 + i / 2) + "; COMMIT");
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        writer.start();
    }

    private List<String> joined() {
        return events.stream()
                .filter(MigrationEvent.TableJoined.class::isInstance)
                .map(event -> ((MigrationEvent.TableJoined) event).table())
                .toList();
    }

    private static Connection hold(Connection blocker, String sql) throws SQLException {
        blocker.setAutoCommit(false);
        try (Statement statement = blocker.createStatement()) {
            statement.execute(sql);
        }
        return blocker;
    }

    private static void awaitState(PostgresPair pair, String state) throws SQLException {
        awaitTrue(
                pair.connectTarget(),
                "SELECT state = '" + state + "' FROM godwit.table_state WHERE table_name = 'late'");
    }

    private static void awaitTrue(Connection connection, String sql) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement()) {
            Awaitility.await()
                    .alias(sql)
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> {
                        try (ResultSet row = statement.executeQuery(sql)) {
                            return row.next() && row.getBoolean(1);
                        }
                    });
        }
    }

    /** A change of another table is made now, and arrives. */
    private static void awaitArrival(PostgresPair pair) throws SQLException {
        String n = of(pair.connectSource(), "UPDATE item SET n = n + 1 WHERE id = 0 RETURNING n");
        awaitTrue(pair.connectTarget(), "SELECT n = " + n + " FROM item WHERE id = 0");
    }

    private static String of(Connection connection, String sql) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    private Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("added")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .tables(TableFilter.all().exclude("public.hidden*"))
                .apply(ApplyOptions.builder()
                        .schemaCheckInterval(Duration.ofMillis(200))
                        .build())
                .listener(events::add)
                .build();
    }
}
