package dev.godwit.proof;

import dev.godwit.ApplyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.Endpoint;
import dev.godwit.Migration;
import dev.godwit.event.MigrationEvent;
import dev.godwit.testkit.PostgresPair;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A migration of a small database that is written to: rows up to 100 are left alone, and are the tests' to damage. */
final class Trial implements AutoCloseable {
    static final Duration LIMIT = Duration.ofMinutes(3);

    private final PostgresPair pair;
    private final List<MigrationEvent> events = new CopyOnWriteArrayList<>();
    private final AtomicLong written = new AtomicLong();
    private final Thread writer = new Thread(this::write, "writer");
    private volatile boolean stop;

    Trial(PostgresPair pair) {
        this.pair = pair;
    }

    /** Creates the tables on the source. */
    Trial create() {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE item (id int PRIMARY KEY, name text UNIQUE, price numeric(10,2), weight float8)",
                        "CREATE TABLE part (item int, pos int, note text, PRIMARY KEY (item, pos))",
                        "CREATE INDEX part_by_note ON part (note)",
                        "CREATE TABLE log (at timestamptz DEFAULT clock_timestamp(), line text)",
                        "ALTER TABLE log REPLICA IDENTITY FULL",
                        "INSERT INTO item SELECT i, 'item ' || i, i * 1.5, i / 3.0 FROM generate_series(1, 1000) i",
                        "INSERT INTO part SELECT i, p, 'part ' || i FROM generate_series(1, 1000) i, generate_series(1, 3) p",
                        "INSERT INTO log (line) SELECT 'line ' || i FROM generate_series(1, 500) i");
        return this;
    }

    /** Begins to write. */
    Trial write(boolean begin) {
        if (begin) {
            writer.start();
        }
        return this;
    }

    private void write() {
        try (Connection connection = pair.connectSource();
                Statement statement = connection.createStatement()) {
            for (int i = 0; !stop; i++) {
                int id = 101 + i % 900;
                int fresh = 10_000 + i;
                statement.execute("BEGIN; UPDATE item SET price = price + 1 WHERE id = " + id
                        + "; UPDATE part SET note = note || '.' WHERE item = " + id + " AND pos = 1"
                        + "; INSERT INTO item VALUES (" + fresh + ", 'fresh " + fresh + "', 1, 0.1)"
                        + "; DELETE FROM item WHERE id = " + (fresh - 50)
                        + "; COMMIT");
                written.incrementAndGet();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives how many transactions were written so far. */
    long written() {
        return written.get();
    }

    List<MigrationEvent> events() {
        return events;
    }

    Migration migration() {
        return migration(CutoverOptions.builder().build(), 1);
    }

    Migration migration(CutoverOptions cutover, int appliers) {
        return Migration.builder()
                .name("proof")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .apply(ApplyOptions.builder().appliers(appliers).build())
                .cutover(cutover)
                .listener(events::add)
                .build();
    }

    void source(String... statements) {
        pair.source().execute(pair.database(), statements);
    }

    void target(String... statements) {
        pair.target().execute(pair.database(), statements);
    }

    /** Gives an item's price on the target. */
    long price(int id) throws SQLException {
        return onTarget("SELECT price::bigint FROM item WHERE id = " + id);
    }

    /** Counts the parts on the target. */
    long parts() throws SQLException {
        return onTarget("SELECT count(*) FROM part");
    }

    private long onTarget(String query) throws SQLException {
        try (Connection connection = pair.connectTarget();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Ends the writing. */
    void stopWriting() throws InterruptedException {
        stop = true;
        writer.join();
    }

    @Override
    public void close() {
        try {
            stopWriting();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
