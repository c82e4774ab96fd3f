package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.event.MigrationEvent;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.MigrationException;
import dev.godwit.result.MigrationPausedException;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Some rows, and some columns, of tables that are written to all the time: what is copied and what is streamed agree. */
@PostgresPairTest(source = "15", target = "18")
final class RowFilterIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String CONDITION = "region = 'EU' AND id <> 13";

    /** What is asked of both sides; whatever is not chosen is missing, or has its default, on the target. */
    private static final List<String[]> COMPARED = List.of(
            new String[] {
                "SELECT md5(string_agg(o::text, ';' ORDER BY id)) FROM orders o WHERE " + CONDITION,
                "SELECT md5(string_agg(o::text, ';' ORDER BY id)) FROM orders o"
            },
            new String[] {
                "SELECT md5(string_agg(format('%s %s %s', zone, id, weight), ';' ORDER BY zone, id)) FROM parcel"
                        + " WHERE zone <= 5",
                "SELECT md5(string_agg(format('%s %s %s%s%s', zone, id, weight, label, at), ';' ORDER BY zone, id))"
                        + " FROM parcel"
            },
            new String[] {
                "SELECT md5(string_agg(format('%s %s - hidden', id, name), ';' ORDER BY id)) FROM person",
                "SELECT md5(string_agg(format('%s %s %s %s', id, name, email, secret), ';' ORDER BY id)) FROM person"
            },
            new String[] {
                "SELECT md5(string_agg(l::text, ';' ORDER BY at)) FROM log l WHERE at % 2 = 0 OR at >= 1000 AND at < 2000",
                "SELECT md5(string_agg(l::text, ';' ORDER BY at)) FROM log l"
            },
            new String[] {
                "SELECT md5(string_agg(i::text, ';' ORDER BY id)) FROM item i",
                "SELECT md5(string_agg(i::text, ';' ORDER BY id)) FROM item i"
            });

    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();
    private volatile boolean stop;
    private volatile String failure = "";
    private Thread writer = new Thread(() -> {});

    @AfterEach
    void stopWriting() throws InterruptedException {
        stop = true;
        writer.join();
        assertThat(failure).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void onlyWhatIsChosenArrivesWhileWritesMoveRowsInAndOut(int appliers, PostgresPair pair) throws Exception {
        createTables(pair);
        write(pair);
        Migration migration = migration(pair, choice(), appliers);
        try (MigrationRun run = migration.start()) {
            awaitEvent(MigrationEvent.TableCopied.class);
            assertThat(run.phase()).isNotEqualTo(MigrationPhase.FAILED);
        }
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(LIMIT);
            awaitRows(pair, 40);
        }
        awaitRows(pair, 40);
        try (MigrationRun run = migration.resume()) {
            run.awaitReadyToCutover(LIMIT);
            awaitRows(pair, 40);
            pair.source().execute(pair.database(), "TRUNCATE item");
            awaitRows(pair, 40);
            run.copyAfresh("public.orders", "public.parcel", "public.person");
            run.awaitReadyToCutover(LIMIT);
            awaitRows(pair, 40);
            assertThat(run.schemaChanges()).isEmpty();
            stopWriting();
            run.cutover();
        }
        assertSame(pair);
        for (String some : new String[] {"orders", "parcel", "person", "log", "item"}) {
            assertThat(one(pair.connectTarget(), "SELECT count(*) > 10 FROM " + some))
                    .as(some)
                    .isEqualTo("t");
        }
        migration.cleanUp();
    }

    @Test
    void aRowWhoseLargeValueIsNotSentPausesTheRunUntilItsTableIsCopiedAfresh(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE doc (id int PRIMARY KEY, region text NOT NULL, body text, n int)",
                        "ALTER TABLE doc ALTER body SET STORAGE EXTERNAL",
                        "CREATE UNIQUE INDEX doc_identity ON doc (id, region)",
                        "ALTER TABLE doc REPLICA IDENTITY USING INDEX doc_identity",
                        "INSERT INTO doc SELECT i, CASE i % 2 WHEN 0 THEN 'EU' ELSE 'US' END, repeat('x', 5000), 0"
                                + " FROM generate_series(1, 20) i");
        Migration migration = migration(pair, TableFilter.all().rows("public.doc", "region = 'EU'"), 1);
        try (MigrationRun run = migration.start()) {
            run.awaitReadyToCutover(LIMIT);
            pair.source().execute(pair.database(), "UPDATE doc SET n = 7 WHERE id = 2");
            pair.source().execute(pair.database(), "UPDATE doc SET region = 'EU', n = 8 WHERE id = 1");
            assertThatThrownBy(() -> run.awaitCompleted(LIMIT))
                    .isInstanceOf(MigrationPausedException.class)
                    .hasMessageContaining("table public.doc")
                    .hasMessageContaining("\"body\"")
                    .hasMessageContaining("copyAfresh");
            assertThat(one(pair.connectTarget(), "SELECT string_agg(n::text, ' ') FROM doc WHERE id < 3"))
                    .isEqualTo("7");
            String full = "ALTER TABLE doc REPLICA IDENTITY FULL";
            pair.source().execute(pair.database(), full);
            pair.target().execute(pair.database(), full);
            run.copyAfresh("public.doc");
            run.awaitReadyToCutover(LIMIT);
            pair.source().execute(pair.database(), "UPDATE doc SET region = 'EU', n = 9 WHERE id = 3");
            run.cutover();
        }
        assertThat(
                        one(
                                pair.connectTarget(),
                                "SELECT string_agg(id || ' ' || n || ' ' || length(body), ', ' ORDER BY id) FROM doc WHERE id < 5"))
                .isEqualTo("1 8 5000, 2 7 5000, 3 9 5000, 4 0 5000");
        migration.cleanUp();
    }

    @Test
    void aRunGoesOnWithTheSameChoiceOnlyAndWithOneForTablesThatAreAdded(PostgresPair pair) throws Exception {
        createTables(pair);
        try (MigrationRun run = migration(pair, choice(), 1).start()) {
            run.awaitReadyToCutover(LIMIT);
        }
        refused(pair, TableFilter.all(), "of table public.log it began with", "all columns of all rows");
        TableFilter none = TableFilter.all();
        refused(
                pair,
                none.rows("public.orders", "region = 'US'")
                        .rows("public.log", "at % 2 = 0")
                        .rows("public.log_1", "at < 2000"),
                "of table public.orders it began with all columns of the rows with " + CONDITION,
                "go on with all columns of the rows with region = 'US'",
                "clean up and start anew");
        refused(pair, choice().columns("public.item", "id"), "public.item", "go on with columns [id] of all rows");
        refused(pair, choice().columns("public.nothing", "id"), "[public.nothing]", "no tables of these names");
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE late (id int PRIMARY KEY, v int, w int)",
                        "INSERT INTO late SELECT i, i, i FROM generate_series(1, 100) i",
                        "CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM (2000) TO (3000)",
                        "INSERT INTO log SELECT i, 'late' FROM generate_series(2000, 2100) i");
        TableFilter more = choice().rows("public.late", "id <= 50").columns("public.late", "id", "v");
        try (MigrationRun run = migration(pair, more, 1).resume()) {
            run.awaitReadyToCutover(LIMIT);
            assertThat(run.addTable("public.late", "public.log_2")).isTrue();
            run.awaitReadyToCutover(LIMIT);
            pair.source()
                    .execute(
                            pair.database(),
                            "UPDATE late SET id = id + 100 WHERE id IN (1, 2, 51)",
                            "UPDATE late SET id = id - 98 WHERE id = 99",
                            "UPDATE late SET id = id - 149 WHERE id = 151",
                            "UPDATE log SET at = at + 1 WHERE at = 2100");
            run.cutover();
        }
        assertSame(pair);
        assertThat(one(
                        pair.connectTarget(),
                        "SELECT count(*) || ' ' || count(w) || ' ' || string_agg(id || ' is ' || v, ', ' ORDER BY id)"
                                + " FILTER (WHERE id <> v) FROM late"))
                .isEqualTo("50 0 1 is 99, 2 is 51");
        migration(pair, more, 1).cleanUp();
    }

    private static void refused(PostgresPair pair, TableFilter filter, String... parts) {
        Migration migration = Migration.builder()
                .name("chosen")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .tables(filter)
                .build();
        assertThatThrownBy(migration::resume)
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("migration 'chosen' cannot be resumed")
                .hasMessageContainingAll(parts);
    }

    private static TableFilter choice() {
        return TableFilter.all()
                .rows("public.orders", CONDITION + " -- and no others")
                .rows("public.parcel", "zone <= 5")
                .columns("public.parcel", "weight", "zone", "id")
                .columns("public.person", "id", "name")
                .rows("public.log", "at % 2 = 0")
                .rows("public.log_1", "at < 2000");
    }

    private static void createTables(PostgresPair pair) throws SQLException {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE orders (id int PRIMARY KEY, region text, n int, note text,"
                                + " twice int GENERATED ALWAYS AS (n * 2) STORED)",
                        "ALTER TABLE orders ALTER note SET STORAGE EXTERNAL",
                        "ALTER TABLE orders REPLICA IDENTITY FULL",
                        "CREATE TABLE parcel (zone int, id int, label text, weight int, at timestamptz,"
                                + " PRIMARY KEY (zone, id))",
                        "ALTER TABLE parcel ALTER label SET STORAGE EXTERNAL",
                        "CREATE TABLE person (id int PRIMARY KEY, email text NOT NULL DEFAULT '-', name text,"
                                + " secret text DEFAULT 'hidden')",
                        "CREATE INDEX person_by_email ON person (email)",
                        "CREATE TABLE log (at int PRIMARY KEY, v text) PARTITION BY RANGE (at)",
                        "CREATE TABLE log_0 PARTITION OF log FOR VALUES FROM (0) TO (1000)",
                        "CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1000) TO (2000)",
                        "CREATE TABLE item (id int PRIMARY KEY, n int)",
                        "INSERT INTO orders SELECT i, (ARRAY['EU', 'US', NULL])[i % 3 + 1], 0, repeat('n', 3000)"
                                + " FROM generate_series(1, 300) i",
                        "INSERT INTO parcel SELECT i % 10, i, repeat('l', 3000), 0, now() FROM generate_series(1, 300) i",
                        "INSERT INTO person SELECT i, 'mail' || i, 'name' || i, 'secret' || i FROM generate_series(1, 300) i",
                        "INSERT INTO log SELECT i, 'v' FROM generate_series(1, 1500, 3) i",
                        "INSERT INTO item SELECT i, 0 FROM generate_series(1, 300) i");
    }

    /** Every statement must be taken by the source, whatever is published. */
    private void write(PostgresPair pair) {
        stop = false;
        writer = new Thread(() -> {
            Random random = new Random(15);
            try (Connection connection = pair.connectSource();
                    Statement statement = connection.createStatement()) {
                for (int i = 1; !stop; i++) {
                    int id = random.nextInt(300) + 1;
                    int other = random.nextInt(300) + 1;
                    String[] regions = {"'EU'", "'US'", "NULL"};
                    statement.execute("BEGIN");
                    statement.execute("UPDATE orders SET region = " + regions[random.nextInt(3)] + ", n = " + i
                            + " WHERE id = " + id);
                    statement.execute(
                            "UPDATE orders SET note = repeat('m', 2500 + " + i % 100 + ") WHERE id = " + other);
                    statement.execute("UPDATE parcel SET zone = " + random.nextInt(10) + " WHERE id = " + id);
                    statement.execute(
                            "UPDATE parcel SET weight = weight + 1, label = repeat('k', 2500) WHERE id = " + other);
                    statement.execute("UPDATE person SET name = 'n" + i + "', email = 'e" + i + "' WHERE id = " + id);
                    statement.execute("UPDATE log SET v = 'v" + i + "' WHERE at = " + id);
                    statement.execute("INSERT INTO item VALUES (" + (1000 + i) + ", " + i + ")");
                    if (i % 5 == 0) {
                        statement.execute("DELETE FROM orders WHERE id = " + id);
                        statement.execute("DELETE FROM parcel WHERE id = " + id);
                        statement.execute("DELETE FROM person WHERE id = " + id);
                        statement.execute("DELETE FROM log WHERE at = " + id);
                    } else if (i % 5 == 1) {
                        statement.execute("INSERT INTO orders VALUES (" + id + ", 'EU', 1, repeat('o', 3000))"
                                + " ON CONFLICT DO NOTHING");
                        statement.execute("INSERT INTO parcel SELECT " + id % 10 + ", " + id
                                + ", repeat('p', 3000), 2, now() WHERE NOT EXISTS (SELECT FROM parcel WHERE id = " + id
                                + ")");
                        statement.execute(
                                "INSERT INTO person VALUES (" + id + ", 'x', 'y', 'z') ON CONFLICT DO NOTHING");
                        statement.execute("INSERT INTO log VALUES (" + id + ", 'again') ON CONFLICT DO NOTHING");
                    } else if (i % 5 == 2) {
                        statement.execute("UPDATE orders SET id = 13 WHERE id = " + id
                                + " AND NOT EXISTS (SELECT FROM orders WHERE id = 13)");
                        statement.execute("UPDATE orders SET id = " + (2000 + i) + " WHERE id = 13");
                        statement.execute("UPDATE person SET id = " + (2000 + i) + " WHERE id = " + id);
                        statement.execute(
                                "UPDATE log SET at = CASE WHEN at < 1000 THEN at + 1000 ELSE at - 1000 END WHERE at = "
                                        + id + " AND NOT EXISTS (SELECT FROM log WHERE at = " + (id + 1000) + ")");
                    }
                    statement.execute(i % 7 == 0 ? "ROLLBACK" : "COMMIT");
                }
            } catch (SQLException e) {
                failure = String.valueOf(e.getMessage());
            }
        });
        writer.start();
    }

    /** Waits until the writer has done more. */
    private void awaitRows(PostgresPair pair, int more) throws SQLException {
        try (Connection connection = pair.connectSource()) {
            String sql = "SELECT coalesce(max(id), 0) FROM item";
            int before = Integer.parseInt(one(connection, sql, false));
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> !failure.isEmpty() || Integer.parseInt(one(connection, sql, false)) >= before + more);
            assertThat(failure).isEmpty();
        }
    }

    private void awaitEvent(Class<? extends MigrationEvent> type) {
        Awaitility.await().atMost(LIMIT).until(() -> events.stream().anyMatch(type::isInstance));
    }

    private static void assertSame(PostgresPair pair) throws SQLException {
        for (String[] compared : COMPARED) {
            assertThat(one(pair.connectTarget(), compared[1]))
                    .as(compared[1])
                    .isEqualTo(one(pair.connectSource(), compared[0]));
        }
    }

    private static String one(Connection connection, String sql) throws SQLException {
        return one(connection, sql, true);
    }

    private static String one(Connection connection, String sql, boolean close) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return String.valueOf(row.getString(1));
        } finally {
            if (close) {
                connection.close();
            }
        }
    }

    private Migration migration(PostgresPair pair, TableFilter tables, int appliers) {
        return Migration.builder()
                .name("chosen")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .tables(tables)
                .apply(ApplyOptions.builder().appliers(appliers).build())
                .listener(events::add)
                .build();
    }
}
