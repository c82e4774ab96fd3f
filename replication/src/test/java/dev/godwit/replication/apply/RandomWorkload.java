package dev.godwit.replication.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.testkit.ComparisonReport;
import dev.godwit.testkit.DatabaseComparison;
import dev.godwit.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One seed: writers at the source, a subscriber with limits that change with each of its starts, and a comparison in the end.
 * With every fourth seed, sessions of the subscriber are killed on either side meanwhile.
 *
 * <p>The seed decides what the writers send and when faults happen; how sessions interleave is up to the servers, so a seed
 * that failed may have to be run a few times.
 */
final class RandomWorkload {

    /** Source and target versions, one pair after the other by seed. */
    private static final int[][] PAIRS = {{15, 15}, {13, 17}, {10, 18}};

    private static final int WRITERS = 3;
    private static final int TRANSACTIONS = Integer.getInteger("godwit.random.transactions", 40);

    private final long seed;
    private final boolean kills;
    private final Random random;
    private final int sourceMajor;
    private final int targetMajor;
    private final List<RandomWriter> writers = new ArrayList<>();
    private int terminated;

    RandomWorkload(long seed) {
        this.seed = seed;
        kills = Math.floorMod(seed, 4L) == 0;
        random = new Random(seed);
        int[] pair = PAIRS[(int) Math.floorMod(seed, (long) PAIRS.length)];
        sourceMajor = pair[0];
        targetMajor = pair[1];
    }

    void run() throws Exception {
        try {
            replicate();
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + ", PostgreSQL " + sourceMajor + " to " + targetMajor
                            + "; run it again with -Dgodwit.random.seed=" + seed + "; statements in " + journals(),
                    e);
        }
    }

    private void replicate() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(WRITERS);
        try (Replica replica = Replica.of(sourceMajor, targetMajor, RandomTables.ddl(sourceMajor))
                .tuned(this::tuned)
                .started()) {
            List<Future<Integer>> committed = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                RandomWriter writer = new RandomWriter(replica, sourceMajor, seed, i, TRANSACTIONS);
                writers.add(writer);
                committed.add(pool.submit(writer));
            }
            while (!committed.stream().allMatch(Future::isDone) || (kills && terminated == 0)) {
                disturb(replica);
            }
            int transactions = 0;
            for (Future<Integer> writer : committed) {
                transactions += writer.get();
            }
            replica.sync();
            compare(replica, transactions);
        } finally {
            pool.shutdownNow();
        }
    }

    private SubscriberOptions.Builder tuned(SubscriberOptions.Builder builder) {
        int[] rows = {1, 2, 7, 50, 500, 10_000};
        int[] bytes = {1, 300, 10_000, 1 << 20, 16 << 20};
        int[] millis = {0, 3, 500};
        return builder.appliers(1 + random.nextInt(3))
                .batchRows(rows[random.nextInt(rows.length)])
                .batchBytes(bytes[random.nextInt(bytes.length)])
                .batchDelay(Duration.ofMillis(millis[random.nextInt(millis.length)]))
                .memoryBytes(1 + 3L * bytes[random.nextInt(bytes.length)]);
    }

    private void disturb(Replica replica) throws Exception {
        Thread.sleep(10 + random.nextInt(kills ? 80 : 200));
        if (kills && random.nextInt(4) != 0) {
            PostgresServer server = random.nextBoolean() ? replica.sourceServer : replica.targetServer;
            terminated += server.query(
                            "postgres",
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"
                                    + replica.name + "'")
                    .size();
        } else {
            replica.stop();
            assertThat(replica.subscriber().status().failure()).isEmpty();
            replica.start();
        }
    }

    private void compare(Replica replica, int transactions) throws Exception {
        for (String table : new String[] {"t_identity"}) {
            String sequence = "pg_get_serial_sequence('" + table + "', 'id')";
            replica.target("SELECT setval(" + sequence + ", "
                    + replica.sourceQuery("SELECT nextval(" + sequence + ")").get(0) + ")");
        }
        ComparisonReport report = DatabaseComparison.between(
                        replica.sourceServer.dataSource(replica.sourceDatabase),
                        replica.targetServer.dataSource(replica.targetDatabase))
                .run();
        report.assertIdentical();
        assertThat(report.rows()).as("rows that remain").isGreaterThan(100);
        assertThat(transactions).as("transactions committed").isGreaterThan(WRITERS * TRANSACTIONS / 3);
    }

    private Path journals() throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "random-workloads"));
        Path file = directory.resolve("seed-" + seed + ".sql");
        List<String> lines = new ArrayList<>();
        for (RandomWriter writer : writers) {
            lines.add("-- writer " + writers.indexOf(writer));
            lines.addAll(writer.journal());
        }
        Files.write(file, lines);
        return file.toAbsolutePath();
    }
}
