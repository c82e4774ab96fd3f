package dev.godwit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.godwit.event.MigrationEvent;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.FaultProxy;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * TRUNCATE waits for the locks of the copy. Neither the creation of the slot, which waits for writing transactions, nor the
 * copy, which would stand behind it in the lock's queue, may wait for it in turn.
 */
@Tag("D1")
@PostgresPairTest(source = "13", target = "17")
final class CopyUnderTruncateIT {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong rounds = new AtomicLong();
    private final List<SQLException> failures = new CopyOnWriteArrayList<>();

    @Test
    void truncatesDuringTheWholeMigrationNeitherHangNorGetLost(PostgresPair pair) throws Exception {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE big (id int PRIMARY KEY, filler text)",
                        "INSERT INTO big SELECT i, repeat(md5(i::text), 10) FROM generate_series(1, 100000) i",
                        "CREATE TABLE journal (id serial PRIMARY KEY, at timestamptz DEFAULT clock_timestamp())",
                        "CREATE TABLE emptied (id int PRIMARY KEY, round bigint)",
                        "CREATE TABLE swept (id int PRIMARY KEY, round bigint)");
        Thread inTransaction = writer(
                pair,
                "BEGIN; INSERT INTO journal DEFAULT VALUES; SELECT pg_sleep(0.01); TRUNCATE emptied;"
                        + " INSERT INTO emptied SELECT i, (SELECT max(id) FROM journal) FROM generate_series(1, 50) i; COMMIT",
                "SELECT pg_sleep(0.3)");
        Thread alone = writer(
                pair,
                "TRUNCATE swept",
                "INSERT INTO swept SELECT i, (SELECT count(*) FROM journal) FROM generate_series(1, 50) i",
                "SELECT pg_sleep(0.05)");
        try (MigrationRun run = migration(pair).start()) {
            run.awaitReadyToCutover(Duration.ofSeconds(90));
            long seen = rounds.get();
            while (rounds.get() < seen + 20) {
                Thread.onSpinWait();
            }
            stop.set(true);
            inTransaction.join();
            alone.join();
            run.cutover();
        } finally {
            stop.set(true);
        }
        assertThat(failures).isEmpty();
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
    }

    /** The session that keeps the snapshot copies the table itself, and would wait for ever for a COPY that it has left open. */
    @Test
    @Timeout(180)
    void aTableForWhichSomebodyWaitsIsCopiedAgainWhenTheTargetIsLost(PostgresPair pair) throws Exception {
        createEmptied(pair);
        Thread truncate = new Thread(() -> pair.source().execute(pair.database(), "TRUNCATE emptied"));
        List<MigrationEvent> events = new CopyOnWriteArrayList<>();
        try (FaultProxy proxy = FaultProxy.before(pair.target())) {
            Migration migration = Migration.builder()
                    .name("truncates")
                    .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                    .target(Endpoint.of(proxy.url(pair.database())).credentials("postgres", ""))
                    .copy(CopyOptions.builder()
                            .workers(1)
                            .maxBytesPerSecond(4 << 20)
                            .throttle(context -> begin(truncate, pair))
                            .build())
                    .listener(events::add)
                    .build();
            try (MigrationRun run = migration.start()) {
                awaitOnSource(
                        pair,
                        "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'COPY%emptied%' AND pid <> pg_backend_pid()");
                proxy.cut();
                run.awaitReadyToCutover(Duration.ofSeconds(90));
                truncate.join();
                run.cutover();
            }
        }
        assertThat(events.stream().filter(MigrationEvent.TableQueued.class::isInstance))
                .as("snapshots")
                .hasSize(1);
        assertThat(events)
                .anyMatch(event -> event instanceof MigrationEvent.Warning warning
                        && warning.message().endsWith("trying again"));
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
    }

    /** What a table is parted by is read over the session that has its lock: any other would wait behind who waits for that one. */
    @Test
    @Timeout(180)
    void aTableForWhichSomebodyWaitsIsCopiedInParts(PostgresPair pair) throws Exception {
        createEmptied(pair);
        Thread truncate = new Thread(() -> pair.source().execute(pair.database(), "TRUNCATE emptied"));
        List<MigrationEvent> events = new CopyOnWriteArrayList<>();
        Migration migration = Migration.builder()
                .name("truncates")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .copy(CopyOptions.builder().workers(2).splitBytes(1 << 20).build())
                .listener(events::add)
                .build();
        try (Connection writer = pair.connectSource();
                Statement writing = writer.createStatement();
                Connection holder = pair.connectTarget();
                Statement holding = holder.createStatement()) {
            writing.execute("BEGIN; SELECT txid_current()");
            try (MigrationRun run = migration.start()) {
                awaitOnSource(pair, "SELECT 1 FROM pg_replication_slots WHERE confirmed_flush_lsn IS NULL");
                // The tables are locked by now; this is what the planning of the copy comes to first.
                holding.execute("BEGIN; LOCK TABLE godwit.table_state");
                writing.execute("ROLLBACK");
                awaitOnSource(pair, "SELECT 1 FROM pg_replication_slots WHERE confirmed_flush_lsn IS NOT NULL");
                begin(truncate, pair);
                holding.execute("ROLLBACK");
                run.awaitReadyToCutover(Duration.ofSeconds(60));
                truncate.join();
                run.cutover();
            }
        }
        assertThat(events).anyMatch(MigrationEvent.ChunkCopied.class::isInstance);
        DatabaseComparison.between(pair.sourceDataSource(), pair.targetDataSource())
                .run()
                .assertIdentical();
    }

    private static void createEmptied(PostgresPair pair) {
        pair.source()
                .execute(
                        pair.database(),
                        "CREATE TABLE emptied (id int PRIMARY KEY, filler text)",
                        "INSERT INTO emptied SELECT i, repeat('x', 1000) FROM generate_series(1, 4000) i");
    }

    /** Nothing is copied before the TRUNCATE waits. */
    private static @Nullable String begin(Thread truncate, PostgresPair pair) {
        if (truncate.getState() == Thread.State.NEW) {
            truncate.start();
            awaitOnSource(pair, "SELECT 1 FROM pg_locks WHERE relation = 'emptied'::regclass AND NOT granted");
        }
        return null;
    }

    private static void awaitOnSource(PostgresPair pair, String query) {
        await(query)
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !pair.source().query(pair.database(), query).isEmpty());
    }

    private Thread writer(PostgresPair pair, String... statements) {
        Thread thread = new Thread(() -> {
            try (Connection connection = pair.connectSource();
                    Statement statement = connection.createStatement()) {
                while (!stop.get()) {
                    for (String sql : statements) {
                        statement.execute(sql);
                    }
                    rounds.incrementAndGet();
                }
            } catch (SQLException e) {
                failures.add(e);
            }
        });
        thread.start();
        return thread;
    }

    private static Migration migration(PostgresPair pair) {
        return Migration.builder()
                .name("truncates")
                .source(Endpoint.of(pair.sourceUrl()).credentials("postgres", ""))
                .target(Endpoint.of(pair.targetUrl()).credentials("postgres", ""))
                .copy(CopyOptions.builder().workers(2).build())
                .build();
    }
}
