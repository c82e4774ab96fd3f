package dev.godwit.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.Endpoint;
import dev.godwit.event.MigrationPhase;
import dev.godwit.matrix.Sampled;
import dev.godwit.status.MigrationState;
import dev.godwit.status.MigrationStatus;
import dev.godwit.status.TableStatus;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Processes of one and of several appliers are killed under traffic, again and again, and read by this one: in the end each change
 * behind a table's snapshot is counted once. What these are tells a slot of the test's own.
 */
@Tag("F2")
@Sampled(oneOf = 2)
@PostgresPairTest(source = "13", target = "17")
final class CountersSurviveKillsIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String ORACLE = "oracle";
    private static final long SEED = Long.getLong("godwit.crash.seed", 20_261_121L);
    private static final int KILLS = 5;
    private static final List<String> KINDS = List.of("INSERT:", "UPDATE:", "DELETE:", "TRUNCATE:");
    private static final String[] TABLES = {"a", "b", "c"};

    private final AtomicBoolean writing = new AtomicBoolean(true);
    private final List<Thread> writers = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    @Test
    void countsEachChangeOnce(PostgresPair pair) throws Exception {
        createTables(pair);
        pair.source()
                .execute(
                        pair.database(),
                        "SELECT pg_create_logical_replication_slot('" + ORACLE + "', 'test_decoding')");
        Random random = new Random(SEED);
        try {
            for (int i = 0; i < 3; i++) {
                write(pair, i, random.nextLong());
            }
            try (Migrator first = migrator(pair, "table copied")) {
                first.awaitHalt();
            }
            for (int kill = 0; kill < KILLS; kill++) {
                try (Migrator next = migrator(pair, Moment.NONE)) {
                    next.await(kill % 2 == 0 ? "resumed" : "ready");
                    TimeUnit.MILLISECONDS.sleep(1 + random.nextInt(700));
                    assertThat(status(pair).running()).isTrue();
                    next.kill();
                    requireInterrupted(pair);
                }
            }
            try (Migrator last = migrator(pair, Moment.NONE)) {
                last.awaitReady();
                stopWriting();
                requireExact(pair);
                last.kill();
                requireInterrupted(pair);
                assertThat(counters(status(pair))).isEqualTo(expected(pair));
            }
        } finally {
            writing.set(false);
            pair.source().execute(pair.database(), "SELECT pg_drop_replication_slot('" + ORACLE + "')");
            MigratorProcess.migration(pair.sourceUrl(), pair.targetUrl(), Moment.parse(Moment.NONE, new Dialogue()), "")
                    .cleanUp();
        }
    }

    private static Migrator migrator(PostgresPair pair, String moment) {
        return new Migrator(pair, moment, "", () -> {});
    }

    private static MigrationStatus status(PostgresPair pair) {
        return MigrationStatus.read(
                Endpoint.of(pair.targetUrl()).credentials("postgres", ""), MigratorProcess.MIGRATION);
    }

    /** The server may take a moment to notice that the process is gone. */
    private static void requireInterrupted(PostgresPair pair) {
        await().atMost(LIMIT).until(() -> !status(pair).running());
        MigrationStatus status = status(pair);
        assertThat(status.state()).isEqualTo(MigrationState.INTERRUPTED);
        assertThat(status.phase())
                .isIn(MigrationPhase.SNAPSHOT, MigrationPhase.CATCH_UP, MigrationPhase.READY_TO_CUTOVER);
        assertThat(Objects.requireNonNull(status.failure()).nextStep()).contains("resume()");
    }

    private static void requireExact(PostgresPair pair) {
        Map<String, List<Long>> expected = expected(pair);
        assertThat(expected).containsOnlyKeys(TABLES);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(counters(status(pair))).isEqualTo(expected));
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(status(pair).replication().incomingChanges()).isZero());
        for (String table : TABLES) {
            String contents =
                    "SELECT count(*) || ' ' || coalesce(sum(hashtext(t::text)::bigint), 0) FROM " + table + " t";
            assertThat(pair.target().query(pair.database(), contents))
                    .isEqualTo(pair.source().query(pair.database(), contents));
        }
    }

    /** Inserts, updates, deletes and truncates per table. */
    private static Map<String, List<Long>> counters(MigrationStatus status) {
        Map<String, List<Long>> counters = new TreeMap<>();
        for (TableStatus table : status.tables()) {
            counters.put(
                    table.table(),
                    List.of(
                            table.changes().inserts(),
                            table.changes().updates(),
                            table.changes().deletes(),
                            table.changes().truncates()));
        }
        return counters;
    }

    /** What committed at or behind the position of each table's snapshot; a commit that begins there ends behind it. */
    private static Map<String, List<Long>> expected(PostgresPair pair) {
        Map<String, String> synced = new TreeMap<>();
        pair.target()
                .query(pair.database(), "SELECT table_name || ' ' || synced_lsn FROM godwit.table_state")
                .forEach(row -> synced.put(row.split(" ")[0], row.split(" ")[1]));
        Map<String, List<Long>> expected = new TreeMap<>();
        synced.keySet().forEach(table -> expected.put(table, new ArrayList<>(List.of(0L, 0L, 0L, 0L))));
        StringBuilder points = new StringBuilder();
        synced.forEach((table, lsn) -> points.append(" WHEN 'public.")
                .append(table)
                .append(":' THEN '")
                .append(lsn)
                .append("'::pg_lsn"));
        List<String> counts = pair.source()
                .query(
                        pair.database(),
                        "SELECT split_part(data, ' ', 2) || ' ' || split_part(data, ' ', 3) || ' ' || count(*) FROM (SELECT data,"
                                + " max(CASE WHEN data LIKE 'COMMIT%' THEN lsn END) OVER (PARTITION BY xid::text) AS committed"
                                + " FROM pg_logical_slot_peek_changes('" + ORACLE + "', NULL, NULL)) c"
                                + " WHERE data LIKE 'table %' AND committed > CASE split_part(data, ' ', 2)" + points
                                + " END GROUP BY split_part(data, ' ', 2), split_part(data, ' ', 3)");
        for (String row : counts) {
            String[] parts = row.split(" ");
            String table = parts[0].substring("public.".length(), parts[0].length() - 1);
            Objects.requireNonNull(expected.get(table)).set(KINDS.indexOf(parts[1]), Long.valueOf(parts[2]));
        }
        return expected;
    }

    private static void createTables(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE a (id int PRIMARY KEY, v int NOT NULL)",
                        "INSERT INTO a SELECT i, 0 FROM generate_series(0, 999) i",
                        "CREATE TABLE b (id int PRIMARY KEY, v text)",
                        "INSERT INTO b SELECT -i, repeat('x', 500) FROM generate_series(1, 20000) i",
                        "CREATE TABLE c (v text)",
                        "ALTER TABLE c REPLICA IDENTITY FULL");
    }

    private void write(PostgresPair pair, int number, long seed) {
        Thread writer = new Thread(
                () -> {
                    try (Connection session = pair.connectSource();
                            Statement statement = session.createStatement()) {
                        Random random = new Random(seed);
                        for (int i = 0; writing.get(); i++) {
                            write(session, statement, number * 10_000_000 + i, random);
                        }
                    } catch (SQLException | InterruptedException e) {
                        synchronized (failures) {
                            failures.add(e);
                        }
                    }
                },
                "writer-" + number);
        writers.add(writer);
        writer.start();
    }

    /** Rows that are changed again and again within a batch, rows that come and go, a table without a key, and a TRUNCATE. */
    private static void write(Connection session, Statement statement, int id, Random random)
            throws SQLException, InterruptedException {
        session.setAutoCommit(false);
        statement.execute("UPDATE a SET v = v + 1 WHERE id = " + random.nextInt(20));
        statement.execute("UPDATE a SET v = v + 1 WHERE id = " + (20 + random.nextInt(900)));
        statement.execute("INSERT INTO b VALUES (" + id + ", 'new')");
        if (random.nextInt(3) == 0) {
            statement.execute("DELETE FROM b WHERE id = " + id);
        }
        statement.execute("INSERT INTO c SELECT 'v' FROM generate_series(1, " + random.nextInt(4) + ")");
        if (random.nextInt(100) == 0) {
            statement.execute("TRUNCATE c");
        }
        if (random.nextInt(10) == 0) {
            session.rollback();
        } else {
            session.commit();
        }
        TimeUnit.MILLISECONDS.sleep(20);
    }

    private void stopWriting() throws InterruptedException {
        writing.set(false);
        for (Thread writer : writers) {
            writer.join();
        }
        synchronized (failures) {
            assertThat(failures).isEmpty();
        }
    }
}
